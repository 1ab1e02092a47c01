import type { ErrorTable } from './table.js';

/** A file that cannot be used, by its path inside the identity's folder, and why. */
export interface BadFile {
  readonly file: string;
  readonly reason: string;
}

export interface BadFiles {
  readonly identity: string;
  readonly folder: string;
  readonly files: readonly BadFile[];
}

const SHOWN = 10;

function list(files: readonly BadFile[]): string {
  const lines = files.slice(0, SHOWN).map(({ file, reason }) => `\n    ${file}: ${reason}`);
  if (files.length > SHOWN) lines.push(`\n    and ${files.length - SHOWN} more`);
  return lines.join('');
}

const of = ({ identity, folder, files }: BadFiles, problem: string) =>
  `${files.length} ${files.length === 1 ? 'file' : 'files'} of identity "${identity}" ${problem} (${folder}):${list(files)}`;

export const dataErrors = {
  FSAE_DATA_FOLDER_MISSING: ({ identity, folder }: { identity: string; folder: string }) => ({
    what: `The folder of identity "${identity}" does not exist.`,
    expected: 'a folder of aligned face crops',
    received: folder,
    todo: 'Correct the path: it is relative to the folder of the config file.',
  }),
  FSAE_DATA_FOLDER_NOT_A_FOLDER: ({ identity, folder }: { identity: string; folder: string }) => ({
    what: `The path of identity "${identity}" is not a folder.`,
    expected: 'a folder of aligned face crops',
    received: folder,
    todo: 'Name the folder that holds the pictures. Frames of a video have to be extracted and cropped first.',
  }),
  FSAE_DATA_FOLDER_UNREADABLE: ({
    identity,
    folder,
    reason,
  }: {
    identity: string;
    folder: string;
    reason: string;
  }) => ({
    what: `The folder of identity "${identity}" cannot be read: ${reason}.`,
    received: folder,
    todo: 'Give yourself the right to read it (chmod u+rx on Linux and macOS).',
  }),
  FSAE_DATA_FOLDER_EMPTY: (d: { identity: string; folder: string; others: readonly string[] }) => ({
    what: `The folder of identity "${d.identity}" holds no picture.`,
    expected: '2 pictures or more (jpg, png, webp, avif, tiff, gif), there or one folder deeper',
    received: `${d.folder}, ${
      d.others.length === 0
        ? 'empty'
        : `with ${d.others.length} other files: ${d.others.slice(0, SHOWN).join(', ')}${d.others.length > SHOWN ? ', ...' : ''}`
    }`,
    todo: 'Put aligned face crops of this person in it, or correct the path.',
  }),
  FSAE_DATA_TOO_FEW_FACES: ({ identity, folder, count }: { identity: string; folder: string; count: number }) => ({
    what: `Identity "${identity}" has ${count} face.`,
    expected: '2 or more: one is kept for evaluation (a useful swap wants hundreds)',
    received: folder,
    todo: 'Add pictures of this person.',
  }),
  FSAE_DATA_NOT_A_PICTURE: (d: BadFiles) => ({
    what: of(d, 'are named as pictures but hold none'),
    todo: 'Remove or replace them. Formats that cannot be read (heic, bmp, ...) convert to png first.',
  }),
  FSAE_DATA_PICTURE_DAMAGED: (d: BadFiles) => ({
    what: of(d, 'are damaged or cut off'),
    todo: 'Copy or extract them again, or remove them.',
  }),
  FSAE_DATA_PICTURE_TOO_SMALL: (d: BadFiles) => ({
    what: of(d, 'are too small to show a face'),
    expected: '16 pixels or more on the shorter side',
    todo: 'Remove them, or replace them by larger crops.',
  }),
  FSAE_DATA_FILE_UNREADABLE: (d: BadFiles) => ({
    what: of(d, 'cannot be read'),
    todo: 'Give yourself the right to read them (chmod u+r on Linux and macOS), mend broken links, or remove them.',
  }),
  FSAE_DATA_FILE_CHANGED: (d: BadFiles) => ({
    what: of(d, 'changed after the run began'),
    todo: 'Leave the pictures alone while a run reads them; start it again (fsae train goes on from the last checkpoint).',
  }),
  FSAE_DATA_SIDECAR_INVALID: (d: BadFiles) => ({
    what: of(d, 'do not describe faces as expected'),
    expected:
      '<name>.json: { "landmarks": [68 pairs [x, y] in 0..1], "group": "clip", "mask": "file.png" }, each key optional; landmarks.json: [{ "file": "name.jpg", "lm68": [68 pairs [x, y] in pixels], "group": "clip" }]',
    todo: 'Correct or remove them (docs/guide/data.md describes both forms).',
  }),
  FSAE_DATA_MASK_INVALID: (d: BadFiles) => ({
    what: of(d, 'are not masks of their pictures'),
    expected: 'a picture of the same aspect ratio, white where the face is',
    todo: 'Draw them again from the pictures beside them, or remove them.',
  }),
  FSAE_DATA_FILES_BAD: (d: BadFiles) => ({
    what: of(d, 'cannot be used'),
    todo: 'Remove, replace or mend them; each line says what is wrong.',
  }),
  FSAE_DATA_CONSENT_INVALID: ({ file, reasons }: { file: string; reasons: readonly string[] }) => ({
    what: `${file} does not say what somebody agreed to.`,
    expected: '{ "person": "who", "purpose": "what for", "until": "2027-12-31" or null, "given"?, "evidence"? }',
    received: reasons.join('; '),
    todo: 'Correct it (docs/guide/provenance.md describes the file).',
  }),
  FSAE_DATA_CONSENT_MISSING: ({ identities }: { identities: readonly string[] }) => ({
    what: `The config asks for consent, and there is none of ${identities.map((name) => `"${name}"`).join(', ')}.`,
    expected: 'a consent.json in the folder of every identity that shows a real person',
    todo: 'Ask the person, and write down what was agreed (docs/guide/provenance.md); `fsae extract --consent FILE` puts it in place.',
  }),
  FSAE_DATA_CONSENT_EXPIRED: (d: { identity: string; person: string; until: string }) => ({
    what: `What ${d.person} (identity "${d.identity}") agreed to has ended.`,
    expected: 'a day from today on, or null for an agreement without an end',
    received: `until ${d.until}`,
    todo: 'Ask again and write the new day into consent.json, or stop using these pictures.',
  }),
  FSAE_DATA_NOT_PREPARED: ({ identity }: { identity: string }) => ({
    what: `The faces of identity "${identity}" were asked for before its folder was read.`,
    todo: 'Call and await prepare() on the dataset first.',
  }),
  FSAE_DATA_HELD_OUT_EMPTY: ({ faces, groups, heldOut }: { faces: number; groups: number; heldOut: number }) => ({
    what: 'No face can be kept for evaluation.',
    expected: 'at least one held-out face, of a group (clip) that is not trained on',
    received: `${faces} faces in ${groups} ${groups === 1 ? 'group' : 'groups'}, data.heldOut ${heldOut}`,
    todo:
      heldOut > 0
        ? 'Add a face of another clip; or, if all frames are one clip, leave its group out: they are then split into blocks.'
        : 'Set data.heldOut above 0 (0.15 is the default).',
  }),
  FSAE_DATA_TRAINING_EMPTY: ({ faces, groups, heldOut }: { faces: number; groups: number; heldOut: number }) => ({
    what: 'No face is left to train on.',
    expected: 'at least one training face',
    received: `${faces} faces in ${groups} ${groups === 1 ? 'group' : 'groups'}, data.heldOut ${heldOut}`,
    todo: 'Set data.heldOut below 1 (0.15 is the default), or add faces.',
  }),
  FSAE_DATA_LANDMARKS_MIRROR: ({ points }: { points: number }) => ({
    what: 'Faces cannot be mirrored: it is not known which landmark is the counterpart of which.',
    expected: '68 landmarks in iBUG order',
    received: `${points} landmarks`,
    todo: 'Set data.flip to 0, or give 68 landmarks.',
  }),
  FSAE_DATA_FACE_SHAPE: (d: { identity: string; face: string; part: string; expected: number; received: number }) => ({
    what: `The dataset of identity "${d.identity}" gave a face of the wrong shape: ${d.part} of "${d.face}".`,
    expected: `${d.expected} values`,
    received: `${d.received} values`,
    todo: 'This is a defect of the dataset: report it to its author.',
  }),
  FSAE_DATA_TRUTH_UNKNOWN: ({ identity }: { identity: string }) => ({
    what: `The true swap of identity "${identity}" is not known: the other identity is no synthetic person.`,
    expected: 'two identities of the dataset "avatars"',
    todo: 'Use the dataset "avatars" for both identities, or a measure that needs no truth.',
  }),
  FSAE_DATA_FACE_UNKNOWN: ({ identity, face }: { identity: string; face: string }) => ({
    what: `Identity "${identity}" has no face "${face}".`,
    expected: 'a face of its own list, as faces() gives it',
    todo: 'Ask the dataset that listed the face, created with the same options.',
  }),
} satisfies ErrorTable;
