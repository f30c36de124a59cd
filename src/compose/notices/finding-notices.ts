/** What admins are told about findings: one notice for each place that a guard looks at, with a count. */
import { type Opened, severities } from '../../findings/index.ts';
import { type NoticeEvent, type NoticeKind, worse } from '../../notifications/index.ts';
import { BREAK_IN, isOfNetwork } from './network-notices.ts';

const guard = { severity: 'info', security: false, audience: 'admins', names: 'resource', usual: 'hourly' } as const;

export const findingNoticeKinds: readonly NoticeKind[] = [
  {
    ...guard,
    name: 'finding_opened',
    title: (count) => (count === 1 ? 'A guard found something' : `Guards found ${count} things`),
    advice: 'See holdfast findings list: what is wrong, and what to do.',
    path: '/security/findings',
  },
  {
    ...guard,
    name: 'finding_reopened',
    title: (count) => (count === 1 ? 'A finding is open again' : `${count} findings are open again`),
    advice: 'See holdfast findings list: it was fixed or accepted, and is so no longer.',
    path: '/security/findings',
  },
];

const SEVERITIES = { critical: 'critical', high: 'warning', medium: 'info', low: 'info', info: 'info' } as const;

/**
 * One event for what is new and one for what is known from earlier; what is new on the network has kinds of its own. A run that tells of break-ins itself
 * leaves none to be told here.
 */
export function findingNotices(
  scopeId: string,
  opened: readonly Opened[],
  run: { readonly tellsCritical?: boolean } = {},
): NoticeEvent[] {
  const byKind = Map.groupBy(opened, kindOf);
  if (run.tellsCritical) byKind.delete(BREAK_IN.kind);
  return [...byKind].map(([kind, some]) => ({
    ...(kind === BREAK_IN.kind ? BREAK_IN : { kind, accountId: null, subject: scopeId }),
    count: some.length,
    severity: some.map(({ finding }) => SEVERITIES[finding.severity]).reduce(worse),
    about: some.map(({ finding: { findingId: id, title, severity: weight } }) => ({ id, title, weight })),
    // Of the details the last few are kept.
    details: worstLast(some).map(({ finding }) => `${finding.severity}: ${finding.title}`),
  }));
}

function worstLast(opened: readonly Opened[]): readonly Opened[] {
  const rank = ({ finding }: Opened): number => severities.indexOf(finding.severity);
  return opened.toSorted((a, b) => rank(b) - rank(a));
}

function kindOf(opened: Opened): string {
  if (opened.isKnown) return 'finding_reopened';
  if (!isOfNetwork(opened)) return 'finding_opened';
  return opened.finding.severity === 'critical' ? BREAK_IN.kind : 'network_alert';
}
