/**
 * detecting/ says what is wrong about flows. Each detection is a file that hears of flows and of what was said in them, counts
 * within bounds, and raises an alert with the numbers that make it one. Start reading in detections.ts, then in one of scans/.
 */
export { Detections } from './detections.ts';
export { KnownState } from './known/known-state.ts';
export { type DetectingPlace, openDetections, type OpenDetections } from './open-detections.ts';
