import type { OpenParts } from '../parts.js';
import type { Stamp } from '../provenance/index.js';
import type { PictureFormat } from '../read/write.js';
import type { FaceModel, PasteOptions } from './face.js';

/** Everything that a picture or a film needs to be swapped. */
export interface Job {
  readonly model: FaceModel;
  readonly parts: OpenParts;
  readonly how: PasteOptions;
  readonly minSize: number;
  /** Before and after side by side. */
  readonly compare: boolean;
  readonly format: PictureFormat;
  /** Says in every picture what made it. */
  readonly stamp: Stamp;
  readonly warn: (message: string) => void;
  readonly signal: AbortSignal;
}

/** What came of an input. */
export interface Outcome {
  /** Pictures in it: 1, or those of the film. */
  readonly frames: number;
  /** Of them those in which a face was swapped. */
  readonly swapped: number;
  readonly faces: number;
}
