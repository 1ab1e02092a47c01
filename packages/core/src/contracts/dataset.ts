import type { Part, RunContext } from './part.js';
import type { Need } from './step.js';

/** One aligned face at the asked size. */
export interface Face {
  /** RGB bytes, size * size * 3, row by row. */
  readonly image: Uint8Array;
  /** 0..255, size * size: the face. */
  readonly mask?: Uint8Array;
  /** x, y pairs in 0..1 of the picture; 68 points in iBUG order where there are 68. */
  readonly landmarks?: Float32Array;
}

/** `group`: the clip a frame comes from. A group never straddles training and held-out. */
export interface FaceInfo {
  readonly id: string;
  /** SHA-256 (hex) of what defines the face: the file's bytes, or a synthetic person's parameters. */
  readonly hash: string;
  readonly group?: string;
}

/** What a person who is shown has agreed to. It says what somebody claims: nothing here can prove it. A type, as only types count as JSON. */
export type Consent = {
  readonly person: string;
  /** In the words of the agreement. */
  readonly purpose: string;
  /** Last day on which it holds, '2027-12-31' (UTC); null for an agreement without an end. */
  readonly until: string | null;
  /** Day on which it was given. */
  readonly given?: string;
  /** Where the signed agreement is kept, or how it was given. */
  readonly evidence?: string;
};

/** Corners in 0..1 of the picture. */
export interface Box {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** The faces of one identity. */
export interface Dataset extends Part {
  /** 'mask' and 'landmarks' when every face has them. */
  readonly provides: readonly Need[];
  /** Where left eye, right eye, nose and mouth corners (image order) lie on average, 0..1: lets a recogniser crop with constants instead of a detector in the loop. */
  readonly frame?: readonly (readonly [x: number, y: number])[];
  /** Named parts of the picture that evaluation reports apart ('eyes', 'mouth'). */
  readonly regions?: Readonly<Record<string, Box>>;
  /** What the person shown has agreed to, known after `prepare`; 'synthetic' for nobody real. */
  readonly consent?: Consent | 'synthetic';
  faces(): readonly FaceInfo[];
  /** `wanted`: what will be looked at beside the picture, everything when left out; a dataset may save itself the rest. */
  load(face: FaceInfo, size: number, wanted?: readonly Need[]): Promise<Face>;
  /** The same pose and expression as another identity, where that is known (synthetic people). */
  truth?(face: FaceInfo, as: Dataset, size: number, wanted?: readonly Need[]): Promise<Face>;
  /** Other people of the same kind, none of them among `known`, whom `truth` can show (synthetic people). */
  strangers?(known: readonly Dataset[], count: number): readonly Dataset[];
  /** The known pose and expression of a face by name, where there is one (synthetic people): what 'structure kept' regresses on. */
  structure?(face: FaceInfo): Readonly<Record<string, number>>;
}

export interface DatasetContext extends RunContext {
  readonly identity: string;
  /** Position of the identity in the config's map, from 0. */
  readonly position: number;
  /** Relative paths are resolved against this folder (the config file's). */
  readonly root: string;
  readonly seed: number;
}
