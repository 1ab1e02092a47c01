import { type Avatar, avatar, neutral, type Pose, person } from '@fsae/avatars';
import sharp from 'sharp';
import { apply, type Similarity } from '../src/align/similarity.js';
import type { Detection, LocatedFace, Point, Raster } from '../src/contracts.js';
import { overlap } from '../src/detect/overlap.js';
import type { Finder } from '../src/landmarks/find.js';
import { outlineOf } from '../src/mask/hull.js';

/** A synthetic person in a scene. */
export interface Cast {
  readonly person: number;
  readonly pose?: Partial<Pose>;
  /** Middle of the avatar's square, its side, and by how many degrees it is turned clockwise. */
  readonly at: Point;
  readonly side: number;
  readonly roll?: number;
}

/** A picture of known faces. */
export interface Scene {
  readonly picture: Raster;
  readonly faces: readonly LocatedFace[];
  /** Of each face: 0..1 of the avatar's square to pixels. */
  readonly places: readonly Similarity[];
}

export const avatarOf = ({ person: number, pose }: Cast): Avatar => avatar(person(number), { ...neutral, ...pose });

export async function sceneOf(width: number, height: number, cast: readonly Cast[]): Promise<Scene> {
  const places = cast.map(placeOf);
  const images = cast.map((one, i) => {
    const { a, b, x, y } = places[i]!;
    const svg = Buffer.from(avatarOf(one).svg(256)).toString('base64');
    // Drawn at its own size and carried by the matrix: the pixels are where the mathematics says.
    const matrix = [a / 256, b / 256, -b / 256, a / 256, x, y].join(' ');
    return `<image width="256" height="256" transform="matrix(${matrix})" href="data:image/svg+xml;base64,${svg}"/>`;
  });
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">
    <linearGradient id="sky" x2="1" y2="1"><stop stop-color="#3a6ea5"/><stop offset="1" stop-color="#d9c7a0"/></linearGradient>
    <rect width="${width}" height="${height}" fill="url(#sky)"/>${images.join('')}</svg>`;
  const data = await sharp(Buffer.from(svg), { unlimited: true }).removeAlpha().toColourspace('srgb').raw().toBuffer();
  const picture = { width, height, data: new Uint8Array(data) };
  return { picture, places, faces: cast.map((one, i) => locatedBy(avatarOf(one), places[i]!, one)) };
}

function placeOf({ at: [x, y], side, roll = 0 }: Cast): Similarity {
  const angle = (roll * Math.PI) / 180;
  const [a, b] = [side * Math.cos(angle), side * Math.sin(angle)];
  return { a, b, x: x - a / 2 + b / 2, y: y - b / 2 - a / 2 };
}

function locatedBy({ landmarks: flat }: Avatar, place: Similarity, { side, roll = 0 }: Cast): LocatedFace {
  const landmarks = Array.from({ length: 68 }, (_, i): Point => apply(place, [flat[2 * i]!, flat[2 * i + 1]!]));
  const outline = outlineOf({ landmarks });
  const centre = apply(place, [0.5, 0.58]);
  return { landmarks, outline, score: 1, region: { centre, side: 0.7 * side, roll: (roll * Math.PI) / 180 } };
}

/** A detector and a landmarker that know the scenes by their size: what is tested is what happens to what they say. */
export function scripted(scenes: readonly Scene[]): Finder & { readonly detections: () => number } {
  let detections = 0;
  const facesIn = ({ width, height }: Raster) =>
    scenes.find(({ picture }) => picture.width === width && picture.height === height)?.faces ?? [];
  return {
    detections: () => detections,
    detector: {
      name: 'scripted',
      async detect(picture) {
        detections++;
        return facesIn(picture).map(({ region }): Detection => ({ region, score: 1 }));
      },
    },
    landmarker: {
      name: 'scripted',
      async locate(picture, regions) {
        return regions.map((region) => {
          const found = facesIn(picture).find((face) => overlap(face.region, region) > 0.3);
          return found ?? { landmarks: [], score: 0, region };
        });
      },
    },
  };
}
