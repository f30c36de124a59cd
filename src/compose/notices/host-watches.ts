/** What a host may say of buckets: its own words under its own name, and so many, since whoever is root there writes them. */
import type { HostHolder } from '../../base/http/access.ts';
import type { WorkspaceNotice } from '../../buckets/index.ts';
import type { Clock } from '../../base/clock.ts';
import { openPerHour } from '../../base/timing/per-hour.ts';
import { visible } from '../../base/text/visible.ts';
import type { Config } from '../../config/index.ts';
import { hostErrors } from '../../host/errors.ts';

/** Of a notice; the last says who told it. */
const MOST_LINES = 5;
const MOST_OF_A_LINE = 2000;

/** No host takes the id of a notice from another teller, or passes for one. */
export function noticeOfHost<Notice extends Omit<WorkspaceNotice, 'kind'>>(
  notice: Notice,
  { hostId }: HostHolder,
): Notice {
  const cleaned = (text: string): string => visible(text).slice(0, MOST_OF_A_LINE);
  return {
    ...notice,
    id: `${hostId}.${notice.id}`,
    about: cleaned(notice.about),
    lines: [...notice.lines.slice(0, MOST_LINES - 1).map(cleaned), `Told by the agent of the host ${hostId}`],
  };
}

export interface HostNoticesDeps {
  readonly clock: Clock;
  readonly hostSettings: Pick<Config['settings']['host'], 'hostNoticesAnHour'>;
}

/** Counts what each host tells, in each process of the server. It throws `host_notices_many` for what is too much. */
export function openHostNotices({ clock, hostSettings }: HostNoticesDeps): (host: HostHolder, count: number) => void {
  const take = openPerHour(clock);
  return ({ hostId }, count) => {
    const { hostNoticesAnHour } = hostSettings;
    const retryAfterMs = take(hostId, count, hostNoticesAnHour);
    if (retryAfterMs === null) return;
    throw hostErrors('host_notices_many', {
      detail: `more than ${hostNoticesAnHour} in an hour`,
      extra: { retryAfterMs },
    });
  };
}
