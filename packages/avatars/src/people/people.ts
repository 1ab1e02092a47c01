import type { Person } from '../person.js';
import { known } from './known.js';
import { seededPerson } from './seeded.js';

/** How many people are drawn by hand; the ones after them are seeded. */
export const knownPeople = known.length;

/**
 * Person `number`, from 1 on: 1 is 'ada', 2 is 'ben'; any number is somebody.
 * @throws RangeError when `number` is not a whole number from 1 on.
 */
export function person(number: number): Person {
  if (!Number.isSafeInteger(number) || number < 1)
    throw new RangeError(`People are numbered 1, 2, 3 and so on; received ${number}.`);
  return known[number - 1] ?? seededPerson(number);
}
