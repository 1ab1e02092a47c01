import { writeConfig } from '../../config/init.js';
import { fsaeError } from '../../errors/catalogue.js';
import { flag, text } from '../options.js';
import type { Session } from '../session.js';

const FORMATS = ['ts', 'json', 'yaml'] as const;
type Format = (typeof FORMATS)[number];

export async function run(_: readonly unknown[], options: Record<string, unknown>, session: Session): Promise<number> {
  const format = text(options, 'format') ?? 'ts';
  if (!FORMATS.includes(format as Format)) {
    throw fsaeError('FSAE_CLI_OPTION', { option: '--format', expected: FORMATS.join(', '), received: format });
  }
  const given = { src: text(options, 'from'), dst: text(options, 'to'), preset: text(options, 'preset') };
  const answers = process.stdin.isTTY === true ? await ask(given) : given;
  if (answers === undefined) return 0;
  const path = await writeConfig({
    dir: session.cwd,
    format: format as Format,
    identities: { src: answers.src ?? 'faces/src', dst: answers.dst ?? 'faces/dst' },
    preset: answers.preset ?? 'small',
    overwrite: flag(options, 'force'),
  });
  session.print(`${path}\nNext: \`fsae inspect\` shows the model, \`fsae train\` trains it.`);
  return 0;
}

type Answers = Record<'src' | 'dst' | 'preset', string | undefined>;

/** Asks for what the flags leave open; undefined when the person gives up. */
async function ask(given: Answers): Promise<Answers | undefined> {
  const { isCancel, select, text: input } = await import('@clack/prompts');
  const { presets } = await import('../../config/presets.js');
  const answers = { ...given };
  const questions = {
    src: () =>
      input({
        message: 'Folder with faces of the person who gives pose and expression',
        defaultValue: 'faces/src',
        placeholder: 'faces/src',
      }),
    dst: () =>
      input({
        message: 'Folder with faces of the person who is seen',
        defaultValue: 'faces/dst',
        placeholder: 'faces/dst',
      }),
    preset: () =>
      select({
        message: 'Preset',
        options: Object.keys(presets).map((value) => ({ value })),
        initialValue: 'small-real',
      }),
  };
  for (const [name, question] of Object.entries(questions) as [
    'src' | 'dst' | 'preset',
    () => Promise<string | symbol>,
  ][]) {
    if (answers[name] !== undefined) continue;
    const answer = await question();
    if (isCancel(answer) || typeof answer === 'symbol') return undefined;
    answers[name] = answer;
  }
  return answers;
}
