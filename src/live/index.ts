/**
 * live/ tells connected clients that something changed, so that a list on a screen is as fresh as the workspace. It
 * tells that, and never what: who may see it is decided where it is asked for.
 */
export { openLive, type Live } from './live.ts';
export type { ClientMessage, LiveListener, LivePart, LiveTalk } from './live-part.ts';
export { liveRoutes } from './routes.ts';
export { onAccessChanged, publishAccessChanged, publishChange, publishNotice } from './topics.ts';
