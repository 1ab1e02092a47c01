/** The part of a TensorFlow.js GraphModel's topology that is rewritten here. */
export interface GraphNode {
  readonly name: string;
  op: string;
  input?: string[];
  attr?: Record<string, { readonly list?: { readonly s?: readonly string[] } } & Record<string, unknown>>;
}

const PLAIN: Readonly<Record<string, string>> = {
  _FusedConv2D: 'Conv2D',
  FusedDepthwiseConv2dNative: 'DepthwiseConv2dNative',
  _FusedMatMul: 'MatMul',
};

/** Of the fused node alone; the plain operation does not know them. */
const FUSED_ONLY = ['fused_ops', 'num_args', 'epsilon', 'leakyrelu_alpha'];

/** What a fused node does after its product, in order: 'BiasAdd', 'Relu', ... */
export function fusedOps(node: GraphNode): string[] {
  return (node.attr?.['fused_ops']?.list?.s ?? []).map((op) => Buffer.from(op, 'base64').toString());
}

/**
 * Splits fused nodes of a frozen graph into plain ones, with equal results. The gradient of a fused operation computes
 * the gradient of the kernel as well, which nobody asks of a frozen network: slow everywhere, and on some backends
 * there is no kernel for it. Nodes keep their names, so that inputs and outputs do. Returns how many were split.
 */
export function unfuse(nodes: GraphNode[]): number {
  const added: GraphNode[] = [];
  let split = 0;
  for (const node of nodes) {
    const plain = PLAIN[node.op];
    if (plain === undefined) continue;
    split++;
    const [x = '', kernel = '', ...operands] = node.input ?? [];
    const attributes = node.attr ?? {};
    const kept = Object.fromEntries(Object.entries(attributes).filter(([name]) => !FUSED_ONLY.includes(name)));
    const ops = fusedOps(node);
    if (ops.length === 0) {
      Object.assign(node, { op: plain, input: [x, kernel], attr: kept });
      continue;
    }
    added.push({ name: `${node.name}/product`, op: plain, input: [x, kernel], attr: kept });
    let before = `${node.name}/product`;
    for (const [position, op] of ops.entries()) {
      const operand = op === 'BiasAdd' || op === 'Prelu' ? operands.shift() : undefined;
      const next: GraphNode = position === ops.length - 1 ? node : { name: `${node.name}/${op}`, op };
      next.op = op;
      next.input = operand === undefined ? [before] : [before, operand];
      next.attr = {
        T: { type: 'DT_FLOAT' },
        ...(op === 'LeakyRelu' && attributes['leakyrelu_alpha'] ? { alpha: attributes['leakyrelu_alpha'] } : {}),
      };
      if (next !== node) added.push(next);
      before = next.name;
    }
  }
  nodes.push(...added);
  return split;
}
