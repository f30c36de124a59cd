/** What admins are told of the network: what guards found on it, and at once when somebody got in. */
import { createHash } from 'node:crypto';
import { visible } from '../../base/text/visible.ts';
import { findingId, type Observation, type Opened } from '../../findings/index.ts';
import type { NoticeRecord } from '../../network/index.ts';
import type { NoticeEvent, NoticeKind } from '../../notifications/index.ts';
import { tellOnce, type TellOnceDeps } from './tell-once.ts';

const shared = { audience: 'admins', names: 'resource' } as const;

export const networkNoticeKinds: readonly NoticeKind[] = [
  {
    ...shared,
    name: 'network_alert',
    severity: 'info',
    security: false,
    usual: 'hourly',
    title: (count) => (count === 1 ? 'Something is wrong on the network' : `${count} things are wrong on the network`),
    advice: 'See Security > Network > Alerts: each has the numbers that make it one, and the flows.',
    path: '/security/findings',
  },
  {
    ...shared,
    name: 'network_break_in',
    severity: 'critical',
    security: true,
    usual: 'immediate',
    title: (count) =>
      count === 1
        ? 'Somebody got in after guessing passwords'
        : `Somebody got in ${count} times after guessing passwords`,
    advice: 'Block the address, end the sessions of the account, change its password, and see what it did since.',
    path: '/security/network',
  },
];

/** What is critical on the network is one notice, whoever tells of it: a server by its alerts, somebody's own computer by the finding that it hands over. */
export const BREAK_IN = { kind: 'network_break_in', accountId: null, subject: 'network' } as const;

export function isOfNetwork({ finding: { source } }: Opened): boolean {
  return source === 'network';
}

/** Of one batch, each by itself. What one host can say fills nobody's feed: the rest are one event with a count. */
const MOST = 20;

/**
 * Tells once of each alert that says somebody got in, and names the finding that it belongs to. It does not wait for that to open: it may be open
 * already when its source gets in. Where it opens with it, nobody else tells of that (`tellsCritical`), so that one break-in is one event.
 */
export async function tellOfBreakIns(
  sensor: string,
  {
    notices,
    observations,
  }: { readonly notices: readonly NoticeRecord[]; readonly observations: readonly Observation[] },
  deps: TellOnceDeps,
): Promise<void> {
  const critical = notices.filter(({ severity }) => severity === 'critical');
  const idOf = (keys: string): string => createHash('sha256').update(`${sensor}\n${keys}`).digest('hex');
  for (const { key, msg, src } of critical.slice(0, MOST)) {
    const id = idOf(key);
    const story = observations.find(({ resource, severity }) => severity === 'critical' && resource.name === src);
    const event: NoticeEvent = {
      ...BREAK_IN,
      details: [`${visible(msg)} (seen by ${visible(sensor)})`],
      ...(story && { about: [{ id: findingId(story), title: story.title, weight: story.severity }] }),
    };
    await tellOnce(`network/${id}`, [event], deps);
  }
  const rest = critical.slice(MOST).map(({ key }) => key);
  if (rest.length === 0) return;
  const event: NoticeEvent = {
    ...BREAK_IN,
    count: rest.length,
    details: [`${rest.length} more, seen by ${visible(sensor)}`],
  };
  await tellOnce(`network/${idOf(rest.join('\n'))}`, [event], deps);
}
