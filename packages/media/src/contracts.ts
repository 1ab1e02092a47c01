/** A picture in memory: 8-bit RGB, row by row, no alpha. */
export interface Raster {
  readonly width: number;
  readonly height: number;
  /** width * height * 3 bytes. */
  readonly data: Uint8Array;
}

/** A picture of a film. */
export interface Frame {
  /** 0, 1, 2, ... in the order shown. */
  readonly index: number;
  /** Seconds from the start. */
  readonly time: number;
  readonly picture: Raster;
}

export interface VideoInfo {
  readonly width: number;
  readonly height: number;
  readonly frameRate: { readonly numerator: number; readonly denominator: number };
  /** As the container claims; null where it does not say. */
  readonly frames: number | null;
  readonly audio: boolean;
}

export interface VideoReader {
  readonly info: VideoInfo;
  frames(): AsyncIterable<Frame>;
  close(): Promise<void>;
}

export interface VideoWriter {
  write(picture: Raster): Promise<void>;
  /** Resolves when the file is complete, with the number of frames in it. */
  finish(): Promise<{ readonly frames: number }>;
  /** Gives up and removes what was written. */
  abort(): Promise<void>;
}

/** A way to read and write films. */
export interface VideoAdapter {
  readonly name: string;
  available(): Promise<boolean>;
  open(path: string): Promise<VideoReader>;
  /** `audioFrom`: a film whose sound is copied as it is. */
  create(path: string, options: { readonly info: VideoInfo; readonly audioFrom?: string }): Promise<VideoWriter>;
}

/** In pixels of a picture; (0, 0) is the upper left corner of its first pixel, whose middle is (0.5, 0.5). */
export type Point = readonly [x: number, y: number];

/** A square that a face fills, turned as the face is. */
export interface Region {
  readonly centre: Point;
  /** Of the square, in pixels. */
  readonly side: number;
  /** How far the face is tilted clockwise in the picture, in radians. */
  readonly roll: number;
}

export interface Detection {
  readonly region: Region;
  /** 0..1. */
  readonly score: number;
}

/** Finds faces. A caller may bring his own. */
export interface Detector {
  readonly name: string;
  /** Best first; no two of the same face. */
  detect(picture: Raster): Promise<readonly Detection[]>;
  dispose?(): void;
}

/** Where the parts of a face are. */
export interface LocatedFace {
  /** 68 points in iBUG order, in pixels of the picture. */
  readonly landmarks: readonly Point[];
  /** The face's contour as a closed polygon, forehead included; the hull of the landmarks when left out. */
  readonly outline?: readonly Point[];
  /** How sure it is that there is a face, 0..1. */
  readonly score: number;
  /** The square around it, for the next frame of a film. */
  readonly region: Region;
}

/** Finds the parts of faces. A caller may bring his own. */
export interface Landmarker {
  readonly name: string;
  /** In the order of the regions; of a region without a face, the score is low. */
  locate(picture: Raster, regions: readonly Region[]): Promise<readonly LocatedFace[]>;
  dispose?(): void;
}

/** Tells the face's pixels from the others. A caller may bring his own. */
export interface Masker {
  readonly name: string;
  /**
   * @param crop a square picture of the aligned face
   * @param face where its parts are, in pixels of the crop
   * @returns 0 (not the face) .. 1, width * height values
   */
  mask(crop: Raster, face: Pick<LocatedFace, 'landmarks' | 'outline'>): Promise<Float32Array>;
  dispose?(): void;
}

/** Tells people apart. A caller may bring his own. */
export interface Embedder {
  readonly name: string;
  /** Side of the crops that it takes. */
  readonly size: number;
  /** Where left eye, right eye, tip of the nose and corners of the mouth lie in them, 0..1. */
  readonly frame: readonly Point[];
  /** Distance up to which two pictures are taken to show one person. */
  readonly distance: number;
  /** One vector per crop, of any length. */
  embed(crops: readonly Raster[]): Promise<readonly Float32Array[]>;
  dispose?(): void;
}
