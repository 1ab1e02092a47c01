export {
  type Attendance,
  evaluate,
  type FoundConfig,
  type GivenConfig,
  type GivenSweep,
  openBackend,
  openSwap,
  runSweepJob,
  swap,
  sweep,
  train,
} from './api.js';
export type { ExtractRequest, MediaPackage, MediaRequest, MediaResult, SwapRequest } from './cli/media.js';
export * from './config/define.js';
export type * from './contracts/index.js';
export { readConsent, writeConsent } from './data/consent.js';
export { type ErrorCode, fsaeError } from './errors/catalogue.js';
export { FsaeError, isFsaeError, type Problem } from './errors/fsae-error.js';
export { tensorOf } from './evaluate/load.js';
export type { Evaluation, EvaluationRow } from './evaluate/rows.js';
export { boxByFrame, crop } from './model/crop.js';
export { averagePooling, bilinear, type Matrix, resample } from './model/resample.js';
export {
  type Alignment,
  type FrozenNetwork,
  type LoadNetworkOptions,
  loadNetwork,
  type NetworkDescription,
  type NetworkInput,
} from './networks/network.js';
export * from './plugins/define.js';
export { DIGITAL_SOURCE_TYPE, type Provenance, provenanceXmp, stamp as stampPicture } from './reporting/provenance.js';
export type { FaceSwap } from './run/swap.js';
export * from './sweep/define.js';
export type * from './sweep/executor.js';
