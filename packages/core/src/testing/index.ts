export type { ConformanceCase } from './check.js';
export { type FakeContextOptions, fakeContext, fakeDataset, fakeRunContext } from './context.js';
export { lossConformance } from './loss.js';
export {
  bottleneckConformance,
  type DecoderConformance,
  decoderConformance,
  encoderConformance,
  type ModelConformance,
} from './model.js';
export type { LossConformance } from './setting.js';
export { type Agreement, type FakeStep, type FakeStepOptions, fakeStep, type Reached } from './step.js';
