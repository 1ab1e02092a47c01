import type { ExtractRequest } from '@fsae/core';
import { MARGIN } from '../align/template.js';
import { mediaError } from '../errors.js';
import { SMALLEST } from '../parts.js';

/** What decides about the faces of a source; one that was extracted under other settings is done again. */
export interface Settings {
  readonly size: number;
  readonly margin: number;
  readonly format: 'png' | 'jpg';
  readonly mask: string;
  readonly every: number;
  readonly minSize: number;
  /** Least sharpness. */
  readonly blur: number;
  /** Most grey levels between duplicates. */
  readonly duplicates: number;
  readonly person: string | null;
  readonly distance: number | null;
}

/** @throws FSAE_MEDIA_OPTION */
export function settingsOf(request: ExtractRequest): Settings {
  const { format = 'png' } = request;
  if (format !== 'png' && format !== 'jpg') {
    throw mediaError('FSAE_MEDIA_OPTION', { option: 'format', known: ['png', 'jpg'], received: format });
  }
  return {
    size: request.size ?? 256,
    margin: request.margin ?? MARGIN,
    format,
    mask: request.mask ?? 'hull',
    every: request.every ?? 1,
    minSize: request.minSize ?? SMALLEST,
    blur: request.blur ?? 0,
    duplicates: request.duplicates ?? 0.3,
    person: request.person ?? null,
    distance: request.distance ?? null,
  };
}
