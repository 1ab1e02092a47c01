import type { Part } from '../contracts/index.js';

/** How a part's life ends: `dispose` for what it holds besides, then every variable that its `weights` list, once. */
export function freePart(part: Pick<Part, 'weights' | 'dispose'>): void {
  part.dispose?.();
  for (const variable of Object.values(part.weights ?? {})) if (!variable.isDisposed) variable.dispose();
}
