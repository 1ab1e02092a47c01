import { curly } from './curly.js';
import { long } from './long.js';
import { short } from './short.js';
import type { HairStyle } from './style.js';
import { tied } from './tied.js';

const styles = { ...short, ...long, ...tied, ...curly };

export type HairStyleName = keyof typeof styles;
export const hairStyleOf = (name: HairStyleName): HairStyle => styles[name];
