/** What is open at each host, as people's decisions stand now. */
import { severities, type Finding, type Findings, type Severity } from '../../../findings/index.ts';
import { hostIn, SOURCE } from './place.ts';

export interface OpenFindings {
  /** What is wrong; what could not be looked at is counted elsewhere. */
  readonly counts: { readonly [S in Severity]: number };
  /** At most three, worst first. */
  readonly worst: readonly { readonly findingId: string; readonly title: string; readonly severity: Severity }[];
}

type Wrong = Pick<Finding, 'findingId' | 'title' | 'severity' | 'verdict' | 'state' | 'resource'>;

const MOST_WORST = 3;
const PAGE = 1000;

export const nothingOpen: OpenFindings = openAmong([]);

/** By host id; a host without any is missing. */
export async function openByHost(findings: Pick<Findings, 'list'>): Promise<ReadonlyMap<string, OpenFindings>> {
  const byHost = new Map<string, Wrong[]>();
  let after: string | undefined;
  do {
    const page = await findings.list({ source: SOURCE, states: ['open'] }, { limit: PAGE, after });
    for (const finding of page.findings) {
      const hostId = hostIn(finding.resource.uid);
      const own = byHost.get(hostId);
      if (own) own.push(finding);
      else byHost.set(hostId, [finding]);
    }
    after = page.next;
  } while (after !== undefined);
  return new Map([...byHost].map(([hostId, own]) => [hostId, openAmong(own)]));
}

export function openAmong(some: readonly Wrong[]): OpenFindings {
  const wrong = some.filter(({ state, verdict }) => state === 'open' && verdict === 'fail');
  const counted = severities.map((severity) => [severity, wrong.filter((each) => each.severity === severity).length]);
  const sorted = wrong.toSorted((one, other) => severities.indexOf(one.severity) - severities.indexOf(other.severity));
  return {
    counts: Object.fromEntries(counted) as OpenFindings['counts'],
    worst: sorted.slice(0, MOST_WORST).map(({ findingId, title, severity }) => ({ findingId, title, severity })),
  };
}
