export { type Avatar, avatar } from './avatar.js';
export { drawMaskSvg, drawSvg } from './drawing/scene.js';
export { landmarkParts, landmarksOf } from './landmarks.js';
export { knownPeople, person } from './people/people.js';
export type { GlassesFrame, Person } from './person.js';
export { neutral, type Pose, poseRanges, samplePose } from './pose.js';
export { type Box, frame, regions } from './regions.js';
export { render, renderMask } from './render.js';
