/** How an alert looks over HTTP. */
import { timestamp } from '../../base/clock.ts';
import { actionsOf, alertOf, thingCount } from '../alerts/alert.ts';
import type { AlertView } from '../alerts/wire.ts';
import type { RoomEvent } from '../messages/content.ts';

/** `null` for a message that is none. */
export function alertView(event: RoomEvent): AlertView | null {
  const alert = alertOf(event);
  if (!alert) return null;
  const { kind, severity, count, firstMs, lastMs, link, about } = alert;
  const acted = event.changes?.acted ?? {};
  return {
    ...{ kind, severity, count, link },
    things: thingCount(alert),
    firstTime: timestamp(firstMs),
    lastTime: timestamp(lastMs),
    actions: actionsOf(alert).map(({ actionId, verb, findingId }) => {
      const done = acted[actionId];
      const subject = about.find(({ id }) => id === findingId);
      return {
        ...{ actionId, verb, findingId },
        title: subject?.title ?? null,
        severity: subject?.weight ?? null,
        link: findingId === null || link === null ? null : `${link}?finding=${encodeURIComponent(findingId)}`,
        done: done ? { handle: done.handle, time: timestamp(done.atMs) } : null,
      };
    }),
  };
}
