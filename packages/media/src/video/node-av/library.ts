import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

// As much of node-av 6 as is used here. Its own types would make it a dependency of everybody who compiles against us:
// it weighs 200 MB and brings x264 and others under the GPL.

export interface Rational {
  readonly num: number;
  readonly den: number;
}

export interface Stream {
  readonly index: number;
  readonly codecpar: {
    readonly codecType: number;
    readonly codecId: number;
    readonly width: number;
    readonly height: number;
    readonly colorTrc: number;
    readonly colorSpace: number;
    getCodedSideData(type: number): Buffer | null;
  };
  readonly timeBase: Rational;
  readonly startTime: bigint;
  readonly nbFrames: bigint;
  readonly sampleAspectRatio: Rational;
  readonly avgFrameRate: Rational;
  readonly rFrameRate: Rational;
  hasDisposition(flag: number): boolean;
}

export interface Packet {
  readonly streamIndex: number;
  readonly pts: bigint;
  readonly dts: bigint;
  free(): void;
}

export interface Frame {
  readonly decodeErrorFlags: number;
  toBuffer(): Buffer;
  free(): void;
}

export interface Demuxer {
  readonly streams: readonly Stream[];
  /** Seconds. */
  readonly startTime: number;
  packets(index?: number): AsyncGenerator<Packet | null>;
  close(): Promise<void>;
}

export interface Decoder {
  frames(packets: AsyncIterable<Packet | null>): AsyncGenerator<Frame | null>;
  close(): void;
}

export interface Filter {
  frames(frames: AsyncIterable<Frame | null>): AsyncGenerator<Frame | null>;
  processAll(frame: Frame): Promise<Frame[]>;
  flushFrames(): AsyncIterable<Frame>;
  close(): void;
}

export interface Encoder {
  encodeAll(frame: Frame): Promise<Packet[]>;
  flushPackets(): AsyncIterable<Packet>;
  close(): void;
}

export interface Muxer {
  addStream(source: Encoder | Stream): number;
  writePacket(packet: Packet, index: number): Promise<void>;
  close(): Promise<void>;
}

export interface Library {
  readonly Demuxer: { open(path: string): Promise<Demuxer> };
  readonly Decoder: { create(stream: Stream): Promise<Decoder> };
  readonly FilterAPI: { create(filter: string, options: { framerate?: Rational }): Filter };
  readonly Encoder: { create(name: string, options: { options: Readonly<Record<string, string>> }): Promise<Encoder> };
  readonly Muxer: {
    open(
      path: string,
      options: { format: string; options: Readonly<Record<string, string>>; useAsyncWrite: boolean },
    ): Promise<Muxer>;
  };
  readonly Frame: {
    fromVideoBuffer(
      bytes: Buffer,
      properties: { width: number; height: number; format: number; timeBase: Rational; pts: bigint },
    ): Frame;
  };
  readonly Codec: { findDecoder(id: number): { readonly name: string | null } | null };
  readonly Log: { setLevel(level: number): void };
  readonly constants: Readonly<Record<Constant, number>>;
}

type Constant =
  | 'AVMEDIA_TYPE_AUDIO'
  | 'AVMEDIA_TYPE_VIDEO'
  | 'AVCOL_SPC_UNSPECIFIED'
  | 'AVCOL_TRC_ARIB_STD_B67'
  | 'AVCOL_TRC_SMPTE2084'
  | 'AV_DISPOSITION_ATTACHED_PIC'
  | 'AV_LOG_QUIET'
  | 'AV_PIX_FMT_RGB24'
  | 'AV_PKT_DATA_DISPLAYMATRIX';

/** node-av as the first of these files or folders finds it; the reason when none does. */
export async function loadLibrary(places: readonly string[]): Promise<Library | string> {
  const found = places.map(locate).find((file) => file !== undefined);
  if (found === undefined) return 'not installed';
  polyfill();
  try {
    const load = (part: string) => import(pathToFileURL(found(part)).href) as Promise<object>;
    const [api, lib, constants] = await Promise.all([load('api'), load('lib'), load('constants')]);
    const library = { ...lib, ...api, constants } as unknown as Library;
    // It would write every complaint about a film to the terminal, beside the error that says it in words.
    library.Log.setLevel(library.constants.AV_LOG_QUIET);
    return library;
  } catch (error) {
    return `does not load: ${error instanceof Error ? error.message.split('\n')[0] : String(error)}`;
  }
}

function locate(place: string): ((part: string) => string) | undefined {
  const require = createRequire(place.startsWith('file:') ? place : join(place, 'package.json'));
  try {
    require.resolve('node-av/api');
    return (part) => require.resolve(`node-av/${part}`);
  } catch {
    return undefined;
  }
}

/** node-av calls what Node has from version 22 on, and says so nowhere. */
function polyfill(): void {
  const promises = Promise as unknown as { withResolvers?: () => unknown };
  promises.withResolvers ??= function withResolvers<T>() {
    let settle: { resolve: (value: T) => void; reject: (reason: unknown) => void } | undefined;
    const promise = new Promise<T>((resolve, reject) => {
      settle = { resolve, reject };
    });
    return { promise, ...settle };
  };
}
