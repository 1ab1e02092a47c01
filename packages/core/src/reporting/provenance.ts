import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, extname } from 'node:path';
import type { Sharp } from 'sharp';
import { fsaeError } from '../errors/catalogue.js';
import { escapeMarkup } from './markup.js';

export interface Provenance {
  /** Names the run that made the picture. */
  readonly runId: string;
}

/** IPTC: part of the picture was made by a trained model. https://cv.iptc.org/newscodes/digitalsourcetype/ */
export const DIGITAL_SOURCE_TYPE =
  'http://cv.iptc.org/newscodes/digitalsourcetype/compositeWithTrainedAlgorithmicMedia';

/** The XMP packet that says what kind of picture this is, what made it and in which run. */
export function provenanceXmp({ runId }: Provenance): string {
  return `<?xpacket begin="\uFEFF" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/">
 <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
  <rdf:Description rdf:about=""
    xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/"
    xmlns:xmp="http://ns.adobe.com/xap/1.0/"
    xmlns:dc="http://purl.org/dc/elements/1.1/">
   <Iptc4xmpExt:DigitalSourceType>${DIGITAL_SOURCE_TYPE}</Iptc4xmpExt:DigitalSourceType>
   <xmp:CreatorTool>fsae</xmp:CreatorTool>
   <dc:source>${escapeMarkup(`fsae run ${runId}`)}</dc:source>
  </rdf:Description>
 </rdf:RDF>
</x:xmpmeta>
<?xpacket end="w"?>`;
}

/** Marks a picture that is about to be encoded; PNG, JPEG, WebP, AVIF and TIFF carry it. */
export function stamp(picture: Sharp, provenance: Provenance): Sharp {
  return picture.withXmp(provenanceXmp(provenance));
}

/**
 * Writes RGB bytes (width * height * 3, row by row) as a picture of the kind that the path's ending names (.png, .jpg,
 * .webp, .avif, .tif), marked with its provenance. Every picture that a model has touched is written here or by `stamp`.
 * Throws FSAE_TRAINING_OUTPUT.
 */
export async function writePicture(
  pixels: Uint8Array,
  { width, height }: { readonly width: number; readonly height: number },
  path: string,
  provenance: Provenance,
): Promise<void> {
  const { default: sharp } = await import('sharp');
  const picture = sharp(pixels, { raw: { width, height, channels: 3 } });
  try {
    const bytes = await encode(stamp(picture, provenance), extname(path).toLowerCase()).toBuffer();
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, bytes);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw fsaeError('FSAE_TRAINING_OUTPUT', { path, reason }, error);
  }
}

function encode(picture: Sharp, ending: string): Sharp {
  switch (ending) {
    case '.jpg':
    case '.jpeg':
      // No chroma subsampling: a mouth at 64 px is a few pixels of colour.
      return picture.jpeg({ quality: 95, chromaSubsampling: '4:4:4' });
    case '.webp':
      return picture.webp({ quality: 95 });
    case '.avif':
      return picture.avif({ quality: 80 });
    case '.tif':
    case '.tiff':
      return picture.tiff({ compression: 'lzw' });
    default:
      return picture.png({ compressionLevel: 9, adaptiveFiltering: true });
  }
}
