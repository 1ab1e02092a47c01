import type { Session } from './session.js';

/** A command's face: everything that --help needs, nothing that takes time to load. */
export interface Command {
  readonly usage: string;
  readonly summary: string;
  readonly options: readonly (readonly [flag: string, text: string])[];
  readonly examples?: readonly string[];
  load(): Promise<{
    run(positionals: readonly unknown[], options: Record<string, unknown>, session: Session): Promise<number>;
  }>;
}

const CONFIG = ['--config <file>', 'Config file; found by itself when left out'] as const;
const RUN = ['--run <folder>', "A run's folder or one of its checkpoints; the config's run when left out"] as const;
const BACKEND = ['--backend <name>', "In place of the config's backend"] as const;
const JSON_OUT = ['--json', 'Print JSON'] as const;

/** Whose faces, and which part of them. */
const FACES = [
  ['--person <picture>', 'Only the person of this photograph'],
  ['--distance <n>', 'How unlike it a face may be, 0..2. Default 0.5'],
  ['--min-size <pixels>', 'Faces of fewer pixels are left out. Default 64'],
  ['--mask <hull|person>', 'hull: the contour of the face; person: of it, what belongs to the person. Default hull'],
] as const;

export const commands: readonly Command[] = [
  {
    usage: 'demo',
    summary: 'Train two synthetic people, evaluate the swap, write runs/demo/report.html',
    options: [
      ['--seed <n>', 'Seed of the run. Default 1'],
      ['--steps <n>', "Steps in place of the preset's"],
      ['--contrast', 'Train plain L1 at 7x7 beside it: what leaking looks like'],
      ['--fresh', 'Train anew where a finished demo exists (the old one is renamed)'],
      BACKEND,
    ],
    load: () => import('./commands/demo.js'),
  },
  {
    usage: 'init',
    summary: 'Write a config of ten lines',
    options: [
      ['--format <ts|json|yaml>', 'Default ts'],
      ['--from <folder>', 'Faces of the person who gives pose and expression'],
      ['--to <folder>', 'Faces of the person who is seen'],
      ['--preset <name>', 'Default small'],
      ['--force', 'Overwrite an existing config'],
    ],
    examples: ['fsae init --from faces/src --to faces/dst --preset small-real'],
    load: () => import('./commands/init.js'),
  },
  {
    usage: 'extract [...inputs]',
    summary: 'Find, align and write the faces of photographs and films',
    options: [
      ['--out <folder>', 'Where the faces of one person go'],
      ['--consent <file>', 'What the person agreed to: a consent.json that goes with the faces'],
      ...FACES,
      ['--every <n>', 'Every n-th frame of a film. Default 1'],
      ['--size <pixels>', 'Of the written faces. Default 256'],
      ['--margin <share>', 'Left around the face on each side, in its sizes. Default 0.2'],
      ['--format <png|jpg>', 'Of the written faces. Default png'],
      ['--blur <n>', 'Leave out what is less sharp than this. Default 0: nothing'],
      [
        '--duplicates <n>',
        'Leave out what differs less from another than this, in grey levels. Default 0.3; 0: nothing',
      ],
      BACKEND,
    ],
    examples: ['fsae extract photos talk.mp4 --out faces/src --person anna.jpg --every 5'],
    load: () => import('./commands/extract.js'),
  },
  {
    usage: 'train',
    summary: 'Train, or go on with, the run of a config',
    options: [
      CONFIG,
      ['--resume', 'Insist on going on with an existing run (it is the default where one exists)'],
      ['--fresh', 'Start anew; an existing run of this name is renamed'],
      ['--name <name>', "Run's name in place of the config's"],
      ['--steps <n>', "In place of the config's"],
      ['--seed <n>', "In place of the config's"],
      BACKEND,
    ],
    examples: ['fsae train', 'fsae train --config fsae.config.json --steps 500'],
    load: () => import('./commands/train.js'),
  },
  {
    usage: 'swap [...inputs]',
    summary: 'Swap the faces of photographs and films with a trained model',
    options: [
      ['--from <identity>', 'Whose faces come in'],
      ['--to <identity>', 'Who is seen'],
      ['--out <folder>', 'Where the pictures go. Default swapped'],
      [
        '--aligned',
        'The inputs are aligned crops, which swap whole (what lies in a folder of the run is taken for that)',
      ],
      ['--compare', 'Before and after side by side'],
      ['--colour <lab|none>', "Give the swapped face the source's colours. Default lab"],
      ['--certificate <pem>', 'Sign what is written (C2PA), together with --key'],
      ['--key <pem>', "The certificate's private key"],
      ['--format <png|jpg|webp>', 'Of photographs. Default png: outside of the face not a bit changes'],
      ...FACES,
      CONFIG,
      RUN,
      BACKEND,
    ],
    examples: [
      'fsae swap --from src --to dst holiday.jpg talk.mp4 --out swapped --compare',
      'fsae swap --from src --to dst faces/src --out swapped',
    ],
    load: () => import('./commands/swap.js'),
  },
  {
    usage: 'export [run]',
    summary: 'Write a trained model as a file that needs nothing of fsae',
    options: [
      ['--from <identity>', 'Whose faces come in'],
      ['--to <identity>', 'Who is seen'],
      ['--format <onnx>', 'Default onnx'],
      ['--out <file>', 'Default FROM-to-TO.onnx'],
      CONFIG,
    ],
    examples: ['fsae export runs/mine --from src --to dst --out src-to-dst.onnx'],
    load: () => import('./commands/export.js'),
  },
  {
    usage: 'preview [run]',
    summary: 'Draw the preview sheet of a trained model',
    options: [
      ['--out <file>', 'Default preview.png in the run'],
      ['--rows <n>', 'Faces per identity'],
      CONFIG,
      BACKEND,
    ],
    load: () => import('./commands/preview.js'),
  },
  {
    usage: 'evaluate [run]',
    summary: 'Measure a trained model on held-out faces',
    options: [
      ['--on <faces>', 'held-out (default), or NAME=FOLDER,... of faces that the run has not seen'],
      ['--require <conditions>', 'Exit with 1 unless all hold: swapInvariance>=25,reconstruction.psnr>=22'],
      CONFIG,
      JSON_OUT,
      BACKEND,
    ],
    examples: ['fsae evaluate runs/mine --require "swap.truth.psnr[eyes]>=20"'],
    load: () => import('./commands/evaluate.js'),
  },
  {
    usage: 'sweep [action] [sweep]',
    summary: 'Train and measure every run of a sweep file; `sweep report` draws what was found',
    options: [
      ['--workers <n>', 'Runs at once, each in a process of its own. Default 1'],
      ['--dry', 'Print the runs and what they will take; train nothing'],
      ['--only <axis=value,...>', 'Some of the runs'],
      ['--order <depth|breadth>', 'breadth: the first seed of everything before the second. Default depth'],
      ['--retry', 'Try failed runs again'],
      ['--output <folder>', "In place of the config's `output`"],
      BACKEND,
      ['--x <axis>', 'report: the axis that figures run along; cells for rows * columns of the latent'],
      ['--by <axes>', 'report: the axes that make a line each'],
      ['--measures <names>', 'report: what is shown; --json lists what there is'],
      ['--scale <linear|log2>', 'report: of x, also in the fits'],
      ['--previews <axis>', 'report: show the preview of each of its values'],
      ['--out <folder>', 'report: where it goes. Default report/ in the sweep'],
      JSON_OUT,
    ],
    examples: [
      'fsae sweep --dry',
      'fsae sweep sweep.config.ts --workers 2 --order breadth',
      'fsae sweep report --x grid --by arm',
    ],
    load: () => import('./commands/sweep.js'),
  },
  {
    usage: 'mosaic [...images]',
    summary: 'Show what n x n cells of a picture tell of a person',
    options: [
      ['--grids <n,n>', 'Default 3,7'],
      ['--out <file>', 'Default mosaic.png'],
    ],
    examples: ['fsae mosaic faces/ada/000001.png --grids 3,7'],
    load: () => import('./commands/mosaic.js'),
  },
  {
    usage: 'inspect [run]',
    summary: "Layers, parameters, memory, cost and the article's table, before anything trains",
    options: [CONFIG, ['--preset <name>', 'Look at a preset instead of a config'], JSON_OUT, BACKEND],
    load: () => import('./commands/inspect.js'),
  },
  {
    usage: 'doctor',
    summary: 'What this machine has: backends, versions, plugins',
    options: [CONFIG, JSON_OUT, ['--wiring', 'Show which class stands behind each token, and from which package']],
    load: () => import('./commands/doctor.js'),
  },
  {
    usage: 'models [action] [...sources]',
    summary: 'Frozen networks that losses and judges use: list, add, check',
    options: [JSON_OUT],
    examples: ['fsae models list', 'fsae models add mobilefacenet', 'fsae models check'],
    load: () => import('./commands/models.js'),
  },
  {
    usage: 'create-plugin <name>',
    summary: 'Write a package with a part of your own: code, options, types, tests, README',
    options: [['--kind <loss|encoder|bottleneck|decoder>', 'Default loss, or what the name says']],
    examples: ['fsae create-plugin sharpness', 'fsae create-plugin @you/fsae-decoder-mine'],
    load: () => import('./commands/create-plugin.js'),
  },
  {
    usage: 'avatars',
    summary: 'Write folders of synthetic people',
    options: [
      ['--out <folder>', 'Default avatars'],
      ['--people <n>', 'Default 2'],
      ['--count <n>', 'Faces per person. Default 1000'],
      ['--size <pixels>', 'Default 64'],
      ['--seed <n>', 'Default 1'],
    ],
    load: () => import('./commands/avatars.js'),
  },
  {
    usage: 'backend <action> <name>',
    summary: 'Install or remove tfjs-node on a current TensorFlow',
    options: [
      ['--gpu', 'tfjs-node-gpu, with the CUDA libraries from PyPI'],
      ['--tensorflow <version>', 'Default 2.21.0'],
    ],
    examples: ['fsae backend install tfjs-node', 'fsae backend remove tfjs-node'],
    load: () => import('./commands/backend.js'),
  },
];
