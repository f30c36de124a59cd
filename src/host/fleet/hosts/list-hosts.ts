/** The list of hosts, worst first, and what stands above it. */
import { chosenWords } from '../../../base/text/chosen-words.ts';
import { severities, type Findings, type OpenAtPlace } from '../../../findings/index.ts';
import { hostErrors } from '../../errors.ts';
import { hostStates, type HostState, type HostTotals } from '../../wire.ts';
import type { FleetDeps } from '../fleet-deps.ts';
import { knownHosts, type KnownHost } from './known-hosts.ts';
import { nothingOpen, openOf } from '../found/open-findings.ts';

export interface ListedHost extends KnownHost {
  readonly open: OpenAtPlace;
}

export interface HostsFilter {
  readonly states: readonly HostState[] | null;
  /** A part of its name, label, id or system; upper and lower case are the same. */
  readonly text: string | undefined;
}

type Deps = Pick<FleetDeps, 'records' | 'workspaceKey' | 'clock' | 'settings'> & {
  readonly findings: Pick<Findings, 'openAt'>;
};

export async function listHosts(
  deps: Deps,
  filter: HostsFilter,
  { after, limit }: { readonly after?: string | undefined; readonly limit: number },
): Promise<{ readonly hosts: readonly ListedHost[]; readonly total: number; readonly next?: string }> {
  const fitting = (await listedHosts(deps)).filter((each) => fits(each, filter));
  const sorted = fitting.map((host) => ({ host, key: keyOf(host) })).toSorted((a, b) => (a.key < b.key ? -1 : 1));
  const rest = after === undefined ? sorted : sorted.filter(({ key }) => key > after);
  const page = rest.slice(0, limit);
  const last = page.at(-1);
  return {
    hosts: page.map(({ host }) => host),
    total: sorted.length,
    ...(last !== undefined && rest.length > limit ? { next: last.key } : {}),
  };
}

async function listedHosts(deps: Deps): Promise<readonly ListedHost[]> {
  const hosts = await knownHosts(deps);
  // Nothing was found on those that have not reported yet.
  const heard = hosts.filter(({ now }) => now !== null).map(({ row }) => row.hostId);
  const found = await openOf(deps.findings, heard);
  const open = new Map(heard.map((hostId, place) => [hostId, found[place]]));
  return hosts.map((host) => ({ ...host, open: open.get(host.row.hostId) ?? nothingOpen }));
}

/** Throws `host_filter_invalid` and names the word that is none. */
export function hostsFilterOf({ state, q }: { readonly state?: string; readonly q?: string }): HostsFilter {
  const states = chosenWords<HostState>(state, hostStates, (word, remedy) =>
    hostErrors('host_filter_invalid', { attempted: 'List hosts', detail: `“${word}” is no state`, remedy }),
  );
  return { states: states ?? null, text: q };
}

function fits({ row, now, state }: ListedHost, { states, text }: HostsFilter): boolean {
  if (states !== null && !states.includes(state)) return false;
  if (text === undefined || text === '') return true;
  const all = `${row.hostId} ${row.label} ${now?.hostname ?? row.hostname} ${now?.osName ?? ''}`;
  return all.toLowerCase().includes(text.toLowerCase());
}

/** Sorts as text, worst first, and says where a page ended. */
function keyOf({ row, now, open }: ListedHost): string {
  const found = severities.findIndex((severity) => open.counts[severity] > 0);
  const rank = found < 0 ? severities.length : found;
  const worst = severities[rank];
  const few = String(99_999 - Math.min(worst === undefined ? 0 : open.counts[worst], 99_999)).padStart(5, '0');
  return `${rank}${few}${encodeURIComponent(now?.hostname ?? row.hostname).slice(0, 300)}!${row.hostId}`;
}

const MOST_REASONS = 5;
const MOST_WORST = 3;

/** Of all hosts together; those that were revoked count for nothing but themselves. */
export async function totalsOf(deps: Deps): Promise<HostTotals> {
  const all = await listedHosts(deps);
  const inUse = all.filter(({ state }) => state !== 'revoked');
  const states = hostStates.map((state) => [state, all.filter((each) => each.state === state).length]);
  const open = severities.map((severity) => [
    severity,
    inUse.reduce((total, each) => total + each.open.counts[severity], 0),
  ]);
  const worst = inUse
    .flatMap(({ row, now, open: own }) =>
      own.worst.map((each) => ({ ...each, hostId: row.hostId, hostname: now?.hostname ?? row.hostname })),
    )
    .toSorted((one, other) => severities.indexOf(one.severity) - severities.indexOf(other.severity));
  const indexes = inUse.flatMap(({ now }) => now?.index ?? []).toSorted((one, other) => one - other);
  return {
    hosts: all.length,
    states: Object.fromEntries(states) as HostTotals['states'],
    inTrouble: inUse.filter((each) => each.state === 'silent' || each.open.counts.critical + each.open.counts.high > 0)
      .length,
    index: indexes[Math.floor(indexes.length / 2)] ?? null,
    open: Object.fromEntries(open) as HostTotals['open'],
    byWorst: byWorst(inUse),
    worst: worst.slice(0, MOST_WORST),
    notLookedAt: reasonsOf(inUse),
  };
}

function byWorst(hosts: readonly ListedHost[]): HostTotals['byWorst'] {
  const total = { critical: 0, high: 0, medium: 0, low: 0, info: 0, nothing: 0, unheard: 0 };
  for (const { state, open } of hosts) {
    const worst = severities.find((severity) => open.counts[severity] > 0);
    // What is known to be wrong stays so when its host falls silent; what is not known is not in order.
    total[worst ?? (state === 'silent' || state === 'waiting' ? 'unheard' : 'nothing')] += 1;
  }
  return total;
}

function reasonsOf(hosts: readonly ListedHost[]): HostTotals['notLookedAt'] {
  const reasons = new Map<string, { checks: number; hosts: number }>();
  for (const [why, checks] of hosts.flatMap(({ now }) => now?.unseen ?? [])) {
    const before = reasons.get(why) ?? { checks: 0, hosts: 0 };
    reasons.set(why, { checks: before.checks + checks, hosts: before.hosts + 1 });
  }
  return [...reasons]
    .map(([why, counted]) => ({ why, ...counted }))
    .toSorted((one, other) => other.checks - one.checks)
    .slice(0, MOST_REASONS);
}
