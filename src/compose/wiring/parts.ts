/** What several parts of the wiring speak of. */
import { sessionOf } from '../../accounts/index.ts';
import { actorOf } from '../../base/audit-event.ts';
import type { HttpServerOptions } from '../../server/index.ts';

export type Edge = HttpServerOptions['edge'];
/** To be mounted under `/api/v1`. */
export type Routes = HttpServerOptions['routes'];

/** Who decides about a finding or acts on a guard, as its history shows it. */
export function deciderOf(request: Parameters<typeof sessionOf>[0]) {
  const session = sessionOf(request);
  return { by: `@${session.handle}`, ...actorOf(session) };
}
