/** The words of the server as people read them. */
import { visible } from '../../base/text/visible.ts';
import type { FactsReply, HostCompareReply, HostSummary } from './api.ts';

export type HostState = HostSummary['state'];
export type Outcome = HostCompareReply['checks'][number]['before'];

export const hostStates = [
  'silent',
  'late',
  'reporting',
  'waiting',
  'imported',
  'revoked',
] as const satisfies readonly HostState[];

type Tone = 'look' | 'plain';
export const stateWords: Readonly<
  Record<HostState, { readonly label: string; readonly about: string; readonly tone: Tone }>
> = {
  reporting: { label: 'Reporting', about: 'Its reports come as they should.', tone: 'plain' },
  late: { label: 'Late', about: 'Its next report is overdue.', tone: 'look' },
  silent: {
    label: 'Silent',
    about: 'Three reports are missing, or the first never came: nobody knows how it is now.',
    tone: 'look',
  },
  waiting: { label: 'No report yet', about: 'It is enrolled and has not reported yet.', tone: 'plain' },
  imported: {
    label: 'Imported',
    about: 'Known by scans that somebody carried here; it reports nothing itself.',
    tone: 'plain',
  },
  revoked: { label: 'Revoked', about: 'Its token is refused; what is shown is what it last reported.', tone: 'plain' },
};

export const outcomeWords: Readonly<Record<Outcome, string>> = {
  right: 'In order',
  wrong: 'Wrong',
  not_looked_at: 'Could not look',
  not_applicable: 'Does not apply',
  not_made: 'Not made',
};

export const sectionWords: Readonly<Record<FactsReply['changes'][number]['section'], string>> = {
  system: 'System',
  addresses: 'Addresses',
  routes: 'Routes',
  dns: 'Name servers (/etc/resolv.conf)',
  hosts: 'Names (/etc/hosts)',
  listeners: 'Listeners',
};

export const fixWords = {
  automatic: 'A command makes it, and takes it back.',
  guarded: 'A command makes it; unless somebody confirms that they still get in, it goes back by itself.',
  manual: 'Somebody has to do it by hand.',
} as const;

export const rootWords = {
  yes: 'It looks as root alone.',
  partly: 'Without root it sees less, and says so.',
  no: 'It needs no root.',
} as const;

export const platformWords = { linux: 'Linux', windows: 'Windows' } as const;

export const NOT_RUN_ON_WINDOWS = 'Not yet run on a Windows machine';

/** What people call it, as it can be shown and typed: its label, else the name it gave itself. */
export function nameOf({ label, hostname, hostId }: Pick<HostSummary, 'label' | 'hostname' | 'hostId'>): string {
  return visible(label.trim() || hostname.trim() || hostId);
}
