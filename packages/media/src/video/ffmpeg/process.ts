import { spawn } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';

export interface Running {
  readonly stdin: Writable;
  readonly stdout: Readable;
  /** Settles when the program is gone and all it said is read; never rejects. */
  readonly ended: Promise<Ended>;
  /** Ends it now; nothing happens when it is gone. */
  kill(): void;
}

export interface Ended {
  /** null when it was killed or could not be started. */
  readonly code: number | null;
  /** The last of what it complained about. */
  readonly complaint: string;
}

/** A damaged film makes ffmpeg say the same a thousand times. */
const LONGEST_COMPLAINT = 4000;

export function start(program: string, args: readonly string[]): Running {
  // In a group of its own: Ctrl-C in a terminal is for us, who end it properly, and must not look like a damaged film.
  const detached = process.platform !== 'win32';
  const child = spawn(program, args, { stdio: 'pipe', windowsHide: true, detached });
  let complaint = '';
  child.stderr.setEncoding('utf8');
  child.stderr.on('data', (text: string) => {
    complaint = (complaint + text).slice(-LONGEST_COMPLAINT);
  });
  // A program that ends early closes its input; why it did is told by `ended`.
  child.stdin.on('error', () => {});
  const ended = new Promise<Ended>((resolve) => {
    child.on('error', (error) => resolve({ code: null, complaint: error.message }));
    child.on('close', (code) => resolve({ code, complaint: complaint.trim() }));
  });
  return {
    stdin: child.stdin,
    stdout: child.stdout,
    ended,
    kill: () => {
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
      // 'close' waits for whoever reads the output; nobody may be any more.
      child.stdout.destroy();
    },
  };
}

/** Runs a program that takes no input to its end. */
export async function run(program: string, args: readonly string[]): Promise<Ended & { readonly output: string }> {
  const running = start(program, args);
  running.stdin.end();
  const chunks: Buffer[] = [];
  running.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
  const ended = await running.ended;
  return { ...ended, output: Buffer.concat(chunks).toString('utf8') };
}

/** ffmpeg's own words in one line, without the addresses of its objects. */
export function inOneLine(complaint: string): string {
  const lines = complaint.split('\n').map((line) => line.replace(/ @ 0x[0-9a-f]+/g, '').trim());
  const distinct = [...new Set(lines.filter((line) => line !== ''))];
  return distinct.slice(-3).join('; ') || 'no reason given';
}

/** A path that is never taken for an option or a protocol. */
export function fileUrl(path: string): string {
  return `file:${path}`;
}
