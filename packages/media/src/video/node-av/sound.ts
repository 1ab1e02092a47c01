import type { Demuxer, Library, Muxer, Packet } from './library.js';
import { openDemuxer, soundOf } from './probe.js';

/** The sound of a film on its way into another. */
export interface Sound {
  /** Copies what is heard up to this second. */
  until(seconds: number): Promise<void>;
  close(): Promise<void>;
}

/** Every sound track of `path`, packet by packet, in the order of the file; undefined when it has none. */
export async function startSound(library: Library, output: Muxer, path: string): Promise<Sound | undefined> {
  const input = await openDemuxer(library, path);
  const tracks = soundOf(input, library);
  if (tracks.length === 0) {
    await input.close();
    return undefined;
  }
  const places = new Map(
    tracks.map((track) => [track.index, { to: output.addStream(track), timeBase: track.timeBase }]),
  );
  const packets = soundPackets(input, places);
  let next = await packets.next();
  return {
    async until(seconds) {
      while (!next.done) {
        const packet = next.value;
        const { to, timeBase } = places.get(packet.streamIndex)!;
        if ((Number(packet.dts) * timeBase.num) / timeBase.den > seconds) return;
        await output.writePacket(packet, to);
        packet.free();
        next = await packets.next();
      }
    },
    async close() {
      await packets.return();
      await input.close();
    },
  };
}

async function* soundPackets(input: Demuxer, places: ReadonlyMap<number, unknown>): AsyncGenerator<Packet, void> {
  for await (const packet of input.packets()) {
    if (packet === null) continue;
    if (places.has(packet.streamIndex)) yield packet;
    else packet.free();
  }
}
