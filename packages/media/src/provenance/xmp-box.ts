import { type FileHandle, open } from 'node:fs/promises';
import { provenanceError } from './errors.js';

/** XMP specification part 3, 1.1.4 (MPEG-4): a top-level box `uuid` with this identifier. */
const XMP = Buffer.from('BE7ACFCB97A942E89C71999491E3AFAC', 'hex');

/**
 * Appends an XMP packet to an mp4 or mov. Nothing that is there moves, so that no index has to be written anew.
 * @throws FSAE_MEDIA_XMP when the file is not a sequence of whole boxes
 */
export async function appendXmp(path: string, xmp: string): Promise<void> {
  const film = await open(path, 'r+');
  try {
    const { size } = await film.stat();
    await checkBoxes(film, size, path);
    const packet = Buffer.from(xmp, 'utf8');
    const header = Buffer.alloc(8);
    header.writeUInt32BE(header.length + XMP.length + packet.length);
    header.write('uuid', 4, 'latin1');
    await film.write(Buffer.concat([header, XMP, packet]), 0, undefined, size);
  } finally {
    await film.close();
  }
}

/** A box that says it goes on to the end of the file would swallow what is appended. */
async function checkBoxes(film: FileHandle, size: number, path: string): Promise<void> {
  const refuse = (reason: string) => provenanceError('FSAE_MEDIA_XMP', { path, reason });
  let at = 0;
  for (let first = true; at < size; first = false) {
    const head = Buffer.alloc(16);
    const { bytesRead } = await film.read(head, 0, 16, at);
    const kind = head.toString('latin1', 4, 8);
    if (first && kind !== 'ftyp') throw refuse('it does not begin with the box ftyp');
    const short = head.readUInt32BE(0);
    const length = short === 1 ? Number(head.readBigUInt64BE(8)) : short;
    if (bytesRead < 8 || length < 8) throw refuse(`the box ${kind} at byte ${at} has no length`);
    at += length;
  }
  if (at !== size) throw refuse(`its last box ends at byte ${at} of ${size}`);
}
