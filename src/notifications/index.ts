/**
 * notifications/ tells people what happened: a notice is made from an event of some feature, encrypted to its reader,
 * kept in the reader's feed, and sent by the channels that the reader chose. It knows no feature: kinds and events are
 * handed in by the composition root. Start reading in kind.ts (the words), making/maker.ts (from an event to the feed).
 */
export { worse, type NoticeEvent, type NoticeKind } from './kind.ts';
export type { AlertsRoom } from './alerts/alerts-channel.ts';
export { openNotifications, type Notifications } from './notifications.ts';
export type { NotificationsDeps, Reader } from './notifications-deps.ts';
export { notificationsRoutes } from './routes.ts';
export { notificationErrors } from './errors.ts';
export { notificationsSettings, type NotificationsSettings } from './settings.ts';
