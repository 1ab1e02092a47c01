import type { Node } from '../node.js';

/** The geometry of a convolution; extents in rows and columns, everything channels-last. */
export interface Geometry {
  readonly batch: number;
  readonly inHeight: number;
  readonly inWidth: number;
  readonly inChannels: number;
  readonly outHeight: number;
  readonly outWidth: number;
  readonly outChannels: number;
  readonly filterHeight: number;
  readonly filterWidth: number;
  readonly strideHeight: number;
  readonly strideWidth: number;
  readonly dilationHeight: number;
  readonly dilationWidth: number;
  readonly top: number;
  readonly left: number;
  readonly bottom: number;
  readonly right: number;
}

export const geometryOf = (node: Node): Geometry => node.attributes as unknown as Geometry;

export const taps = (g: Geometry): number => g.filterHeight * g.filterWidth;
export const outputs = (g: Geometry): number => g.batch * g.outHeight * g.outWidth;
export const inputs = (g: Geometry): number => g.batch * g.inHeight * g.inWidth;

/** Everything the index tables depend on. */
export const geometryKey = (g: Geometry): string =>
  [
    g.batch,
    g.inHeight,
    g.inWidth,
    g.outHeight,
    g.outWidth,
    g.filterHeight,
    g.filterWidth,
    g.strideHeight,
    g.strideWidth,
    g.dilationHeight,
    g.dilationWidth,
    g.top,
    g.left,
  ].join();

/** Does every tap of every output lie inside the input? */
export function isInside(g: Geometry): boolean {
  const reach = (outSize: number, stride: number, filter: number, dilation: number) =>
    (outSize - 1) * stride + (filter - 1) * dilation + 1;
  return (
    g.top === 0 &&
    g.left === 0 &&
    reach(g.outHeight, g.strideHeight, g.filterHeight, g.dilationHeight) <= g.inHeight &&
    reach(g.outWidth, g.strideWidth, g.filterWidth, g.dilationWidth) <= g.inWidth
  );
}

/** One tap per output and nothing around it: the convolution is a matrix product. */
export function isPointwise(g: Geometry): boolean {
  return taps(g) === 1 && hasUnitStrides(g) && inputs(g) === outputs(g) && g.top === 0 && g.left === 0;
}

export function hasUnitStrides(g: Geometry): boolean {
  return g.strideHeight === 1 && g.strideWidth === 1;
}

export function hasUnitDilations(g: Geometry): boolean {
  return g.dilationHeight === 1 && g.dilationWidth === 1;
}

/** Rows and columns of the input that no tap reads, at its end. */
export function outputPadding(g: Geometry): { height: number; width: number } {
  const rest = (inSize: number, outSize: number, stride: number, filter: number, dilation: number, pads: number) =>
    inSize + pads - ((outSize - 1) * stride + (filter - 1) * dilation + 1);
  return {
    height: rest(g.inHeight, g.outHeight, g.strideHeight, g.filterHeight, g.dilationHeight, g.top + g.bottom),
    width: rest(g.inWidth, g.outWidth, g.strideWidth, g.filterWidth, g.dilationWidth, g.left + g.right),
  };
}

/** ONNX's ConvTranspose wants the unread rest to be smaller than a stride. */
export function isTransposable(g: Geometry): boolean {
  const { height, width } = outputPadding(g);
  return height >= 0 && width >= 0 && height < g.strideHeight && width < g.strideWidth;
}
