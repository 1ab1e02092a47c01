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
