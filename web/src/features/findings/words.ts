/** The words of the server as people read them. */
import type { FindingReply, FindingSummary } from '../../../../src/findings/wire.ts';

export type Severity = FindingSummary['severity'];
export type State = FindingSummary['state'];
export type Verdict = FindingSummary['verdict'];
export type Change = FindingReply['history'][number]['change'];

/** Worst first. */
export const severities = ['critical', 'high', 'medium', 'low', 'info'] as const satisfies readonly Severity[];
export const states = ['open', 'accepted', 'suppressed', 'fixed', 'clear'] as const satisfies readonly State[];

export const severityWords: Readonly<Record<Severity, string>> = {
  critical: 'Critical',
  high: 'High',
  medium: 'Medium',
  low: 'Low',
  info: 'Info',
};

/** How bad it is as a colour of a picture. */
export const severityTones = {
  critical: 'risk',
  high: 'risk',
  medium: 'look',
  low: 'plain',
  info: 'plain',
} as const satisfies Record<Severity, string>;

export const stateWords: Readonly<Record<State, { readonly label: string; readonly about: string }>> = {
  open: { label: 'Open', about: 'Wrong or not known, and nobody decided to live with it.' },
  accepted: { label: 'Accepted', about: 'Somebody decided to live with it, until a day or for good.' },
  suppressed: { label: 'Suppressed', about: 'A rule says that it does not matter.' },
  fixed: { label: 'Fixed', about: 'It was wrong and is not any more.' },
  clear: { label: 'In order', about: 'It was looked at and was never wrong.' },
};

export const verdictWords: Readonly<Record<Verdict, string>> = {
  fail: 'Wrong',
  unknown: 'Could not look',
  pass: 'In order',
  not_applicable: 'Does not apply',
};

export const changeWords: Readonly<Record<Change, string>> = {
  opened: 'Seen for the first time',
  reopened: 'Opened again',
  fixed: 'Fixed',
  gone: 'Gone: it is not there any more',
  verdict_changed: 'Another result',
  accepted: 'Accepted',
  acceptance_ended: 'Open again: the acceptance ended',
  suppressed: 'Suppressed by a rule',
  suppression_ended: 'Open again: no rule covers it any more',
};

/** Guards by the names that they report under; another program's own name stays as it is. */
export function sourceWords(source: string): string {
  return guards.get(source) ?? source;
}

const guards = new Map([
  ['buckets', 'Buckets'],
  ['host', 'Hosts'],
  ['network', 'Network'],
]);
