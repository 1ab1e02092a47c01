import { totalmem } from 'node:os';
import type { NativeType } from './node.js';
import type { NativeSession, NativeTensor, Runtime } from './runtime.js';

export interface FetchPlan {
  readonly name: string;
  readonly type: NativeType;
  readonly size: number;
  readonly tensor: NativeTensor;
}

/** A compiled graph with the objects its runs reuse: only the `data` of the tensors changes from run to run. */
export interface Plan {
  readonly structure: Int32Array;
  readonly session: NativeSession;
  /** Signatures of the frozen leaves that are compiled in. */
  readonly frozen: readonly number[];
  /** What the session keeps between runs: constants and the arena of its intermediate values. */
  readonly bytes: number;
  readonly operations: string;
  readonly leaves: readonly NativeTensor[];
  readonly feeds: Record<string, NativeTensor>;
  readonly outputs: readonly FetchPlan[];
  readonly fetches: Record<string, NativeTensor>;
}

/** A session keeps its arena, so sessions are bounded in number and in bytes: a quarter of the memory there is. */
const MOST_SESSIONS = 64;
const mostBytes = () => Math.min(totalmem(), process.constrainedMemory() || Number.POSITIVE_INFINITY) / 4;

/**
 * Compiled graphs by structure, the least recently used ones are disposed. Structures are compared whole, the hash only
 * finds the bucket: a collision can not run the wrong graph.
 */
export class SessionCache {
  private readonly plans = new Map<number, Plan[]>();
  private readonly recent = new Set<Plan>();
  private bytes = 0;

  constructor(
    readonly runtime: Runtime,
    readonly threads: number,
    private readonly limits = { sessions: MOST_SESSIONS, bytes: mostBytes() },
  ) {}

  find(structure: Int32Array, length: number): Plan | undefined {
    const bucket = this.plans.get(hash(structure, length));
    if (bucket === undefined) return undefined;
    for (const plan of bucket) {
      if (equal(plan.structure, structure, length)) {
        this.recent.delete(plan);
        this.recent.add(plan);
        return plan;
      }
    }
    return undefined;
  }

  add(plan: Plan): void {
    const key = hash(plan.structure, plan.structure.length);
    const bucket = this.plans.get(key);
    if (bucket === undefined) this.plans.set(key, [plan]);
    else bucket.push(plan);
    this.recent.add(plan);
    this.bytes += plan.bytes;
    for (const oldest of this.recent) {
      const fits = this.recent.size <= this.limits.sessions && this.bytes <= this.limits.bytes;
      if (fits || oldest === plan) break;
      this.drop(oldest);
    }
  }

  /** Frees the graphs that a frozen leaf was compiled into: nobody can record them again. */
  forget(frozen: number): void {
    for (const plan of this.recent) if (plan.frozen.includes(frozen)) this.drop(plan);
  }

  get size(): number {
    return this.recent.size;
  }

  clear(): void {
    for (const plan of this.recent) this.drop(plan);
  }

  private drop(plan: Plan): void {
    this.recent.delete(plan);
    this.bytes -= plan.bytes;
    const key = hash(plan.structure, plan.structure.length);
    const bucket = this.plans.get(key)!.filter((other) => other !== plan);
    if (bucket.length === 0) this.plans.delete(key);
    else this.plans.set(key, bucket);
    plan.session.dispose();
  }
}

function equal(a: Int32Array, b: Int32Array, length: number): boolean {
  if (a.length !== length) return false;
  for (let i = 0; i < length; i++) if (a[i] !== b[i]) return false;
  return true;
}

/** FNV-1a over the integers. */
function hash(structure: Int32Array, length: number): number {
  let value = 0x811c9dc5;
  for (let i = 0; i < length; i++) value = Math.imul(value ^ structure[i]!, 0x01000193);
  return value;
}
