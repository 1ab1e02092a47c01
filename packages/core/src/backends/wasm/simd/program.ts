import v8 from 'node:v8';
import { type BackendWasm, memoryOf } from '../heap.js';
import { type WasmMemory, webAssembly } from '../webassembly.js';
import { assemble, FunctionBuilder, get, v128 } from './assembler.js';
import { addBiasKernel, leakyReluGradKernel, leakyReluKernel, swapAxesKernel } from './elementwise.js';
import { columnsKernel, rowsKernel } from './multiply.js';
import { packKernel, packTransposedKernel } from './pack.js';
import { sumColumnsKernel, sumRowsKernel } from './sum.js';
import { adamKernel, approachKernel } from './update.js';

/** An assembled function; all arguments are addresses, byte counts and counts. Its file says which. */
export type Run = (...arguments_: number[]) => void;

export type Program = Readonly<Record<'pack' | 'packTransposed' | 'adam' | 'approach', Run> & Record<string, Run>>;

export interface CompiledProgram {
  readonly run: Program;
  /** Widths of panels for `rows<n>`, widest first. */
  readonly rowWidths: readonly number[];
  /** Widths of panels for `columns<n>`. */
  readonly columnWidths: readonly number[];
}

const programs = new WeakMap<BackendWasm, CompiledProgram>();

/** The functions over the heap of this backend, compiled on first use for this processor. */
export function programOf(backend: BackendWasm): CompiledProgram {
  const program = programs.get(backend) ?? compile(memoryOf(backend));
  programs.set(backend, program);
  return program;
}

function compile(memory: WasmMemory): CompiledProgram {
  const fused = hasMultiplyAdd();
  // Without a fused multiply-add, 3 rows of 12 columns need one register more than there is.
  const rowWidths = fused ? [16, 12, 8, 4] : [16, 8, 4];
  const columnWidths = [8, 4];
  const module = new webAssembly.Module(
    assemble([
      ...rowWidths.map((width) => rowsKernel(width, fused)),
      ...columnWidths.map((width) => columnsKernel(width, fused)),
      packKernel(),
      packTransposedKernel(),
      leakyReluKernel(),
      leakyReluGradKernel(),
      addBiasKernel(),
      swapAxesKernel(),
      sumRowsKernel(),
      sumColumnsKernel(),
      adamKernel(),
      approachKernel(),
    ]),
  );
  const { exports } = new webAssembly.Instance(module, { heap: { memory } });
  return { run: exports as unknown as Program, rowWidths, columnWidths };
}

/** Relaxed SIMD is standard since V8 11.4 (Node.js 22); in Node.js 20 the same code waits behind a flag. */
function hasMultiplyAdd(): boolean {
  const probe = new FunctionBuilder('probe', ['v128', 'v128', 'v128']);
  const [a, b, c] = probe.all;
  probe.emit(v128.relaxedMultiplyAdd(get(a), get(b), get(c)), [0x1a]);
  const module = assemble([probe]);
  if (!webAssembly.validate(module)) v8.setFlagsFromString('--experimental-wasm-relaxed-simd');
  return webAssembly.validate(module);
}
