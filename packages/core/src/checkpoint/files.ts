import { createHash } from 'node:crypto';
import { mkdir, open, rename } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';

export interface FileSum {
  readonly sha256: string;
  readonly bytes: number;
}

// One read or write of more than 2 GiB is cut short by Linux.
const CHUNK = 2 ** 30;

/** Writes a new file and returns only when it is on the disk; an existing one is an error. */
export async function writeDurably(path: string, chunks: readonly Uint8Array[]): Promise<FileSum> {
  const hash = createHash('sha256');
  let bytes = 0;
  const handle = await open(path, 'wx');
  try {
    for (const chunk of chunks) {
      for (let at = 0; at < chunk.length; ) {
        const { bytesWritten } = await handle.write(chunk, at, Math.min(CHUNK, chunk.length - at));
        hash.update(chunk.subarray(at, at + bytesWritten));
        at += bytesWritten;
      }
      bytes += chunk.length;
    }
    await handle.sync();
  } finally {
    await handle.close();
  }
  return { sha256: hash.digest('hex'), bytes };
}

/** The whole file with its hash: what is hashed is what is used, so nothing can change in between. */
export async function readWhole(path: string): Promise<{ readonly content: Uint8Array } & FileSum> {
  const hash = createHash('sha256');
  const handle = await open(path, 'r');
  try {
    const content = new Uint8Array((await handle.stat()).size);
    let bytes = 0;
    while (bytes < content.length) {
      const { bytesRead } = await handle.read(content, bytes, Math.min(CHUNK, content.length - bytes));
      if (bytesRead === 0) break;
      hash.update(content.subarray(bytes, bytes + bytesRead));
      bytes += bytesRead;
    }
    return { content: content.subarray(0, bytes), bytes, sha256: hash.digest('hex') };
  } finally {
    await handle.close();
  }
}

/** The file's hash, without holding it in memory. */
export async function sumFile(path: string): Promise<FileSum> {
  const hash = createHash('sha256');
  const block = new Uint8Array(4 * 2 ** 20);
  let bytes = 0;
  const handle = await open(path, 'r');
  try {
    for (;;) {
      const { bytesRead } = await handle.read(block, 0, block.length);
      if (bytesRead === 0) break;
      hash.update(block.subarray(0, bytesRead));
      bytes += bytesRead;
    }
  } finally {
    await handle.close();
  }
  return { sha256: hash.digest('hex'), bytes };
}

/** Makes a folder and the folders above it durably. */
export async function makeFolder(path: string): Promise<void> {
  const first = await mkdir(path, { recursive: true });
  if (first === undefined) return;
  for (let made = resolve(path); made.length >= first.length; made = dirname(made)) await syncFolder(dirname(made));
}

/** Replaces a small text file in one go: a reader sees the old text or the new one, never a part. */
export async function replaceText(path: string, text: string, temporary: string): Promise<void> {
  const beside = join(dirname(path), temporary);
  await writeDurably(beside, [Buffer.from(text)]);
  await rename(beside, path);
  await syncFolder(dirname(path));
}

/** Makes renames and new names in a folder durable. Windows has no such call and needs none. */
export async function syncFolder(path: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
