import type { HairStyleName } from './drawing/hair-styles/styles.js';

export type GlassesFrame = 'round' | 'square' | 'cat-eye' | 'aviator' | 'browline';

/**
 * Everything about a picture that is the person. Lengths are units of the head's frame (the picture's side is 77 of
 * them), y grows downwards from the head's centre, colours are '#rrggbb'.
 */
export interface Person {
  readonly name: string;
  readonly skin: { readonly base: string; readonly shade: string; readonly blush: string };
  /** Half widths of the outline from the temple down, and where it ends. */
  readonly head: {
    readonly temple: number;
    readonly cheek: number;
    readonly jaw: number;
    readonly chinWidth: number;
    readonly chin: number;
  };
  readonly hair: {
    readonly style: HairStyleName;
    readonly base: string;
    readonly light: string;
    readonly dark: string;
  };
  /** `x`, `y`: centre; `width`, `height`: half sizes; `tilt`: how much the outer corner is raised; `fold`: 0..1 strength of the lid's crease. */
  readonly eyes: {
    readonly x: number;
    readonly y: number;
    readonly width: number;
    readonly height: number;
    readonly iris: string;
    readonly lash: number;
    readonly tilt: number;
    readonly fold: number;
  };
  readonly brows: {
    readonly y: number;
    readonly arch: number;
    readonly thickness: number;
    readonly colour: string;
  };
  /** `depth`: how far the tip stands out; `width`: half of it. */
  readonly nose: { readonly depth: number; readonly width: number };
  /** `width`: half of the closed mouth; `upper`, `lower`: thickness of the lips. */
  readonly mouth: {
    readonly width: number;
    readonly upper: number;
    readonly lower: number;
    readonly colour: string;
  };
  readonly glasses?: { readonly frame: GlassesFrame; readonly colour: string };
  /** Opacity of a shadow of beard, 0..0.2: a full one would make a mouth another feature than it is on skin. */
  readonly stubble: number;
  readonly freckles: boolean;
  /** 0..1: lines of age from nose to mouth and under the eyes. */
  readonly lines: number;
  readonly earrings?: string;
  readonly shirt: string;
}
