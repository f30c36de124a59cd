/** The doctor's checks of the channels by which notices leave: one for each, which reaches it and sends nothing. */
import { formatTime } from '../../base/text/quantities.ts';
import { quoted } from '../../base/text/visible.ts';
import type { Notifications } from '../../notifications/index.ts';
import { check, type DoctorCheck, fail, pass, type Verdict } from './check.ts';

type Channel = Awaited<ReturnType<Notifications['channels']['list']>>[number];

/** Longer than a channel gives itself by default. */
const EXAMINE_MS = 40_000;

/** `null`: the server is stopped, and nothing is sent anyway. */
export async function channelChecks(notifications: Pick<Notifications, 'channels'> | null): Promise<DoctorCheck[]> {
  if (notifications === null) return [];
  const { channels } = notifications;
  let all: readonly Channel[] = [];
  const listed = await check('channels', async () => {
    all = await channels.list();
    const names = all.map(({ name }) => quoted(name)).join(', ');
    return pass(all.length === 0 ? 'Notices stay in the feed: there is no channel.' : `Notices leave by ${names}.`);
  });
  const examined = all.map((channel) =>
    check('channel', async () => {
      await channels.examine(channel, AbortSignal.timeout(EXAMINE_MS));
      return judgeChannel(channel);
    }),
  );
  return [listed, ...(await Promise.all(examined))];
}

function judgeChannel({ name, health, dead }: Channel): Verdict {
  const { failingSinceMs, lastDeliveredMs, lastCode } = health;
  const what = `The channel ${quoted(name)}`;
  if (failingSinceMs !== null) {
    return fail(
      `${what} answers now, but deliveries fail since ${formatTime(failingSinceMs)} (${lastCode ?? ''}).`,
      `See holdfast admin channels list, and try it: holdfast admin channels test ${name}`,
    );
  }
  if (dead > 0) {
    return fail(
      `${what} works, but ${dead === 1 ? 'a letter was' : `${dead} letters were`} given up.`,
      'See holdfast admin channels dead for why, and send them again with holdfast admin channels retry.',
    );
  }
  const last = lastDeliveredMs === null ? 'nothing was delivered yet' : `last delivered ${formatTime(lastDeliveredMs)}`;
  return pass(`${what} answers; ${last}.`);
}
