import { reportRun, severities, type FindingsSink, type Observation, type ReportedRun } from '../../findings/index.ts';
import type { NoticeRecord } from '../records/notice-record.ts';
import type { FlowStore } from '../store/flow-store.ts';
import { noticeObservation, type Returning, storyObservation } from './observations.ts';
import { strangersObservations } from './strangers.ts';
import { teller } from './story.ts';

export const SOURCE = 'network';

/** How far back a story goes, and how many of its notices are told. */
const DAY_SECONDS = 86_400;
const STORY_SECONDS = 30 * DAY_SECONDS;
const MOST_NOTICES = 200;
/** Sources of one batch whose history is looked up, the worst first: a flood comes in the name of thousands, and each look goes through the store. */
const MOST_LOOKED_UP = 16;

/** Where it is looked up what a source did before. */
type History = Pick<FlowStore, 'flows' | 'notices' | 'source'>;

/**
 * The findings that these notices make, together with what their sources did before. Of very many sources at once, that of the worst is looked
 * up, and the others are told by these notices alone.
 */
export async function observationsOf(
  store: History,
  notices: readonly NoticeRecord[],
): Promise<readonly Observation[]> {
  const observations = notices.map(noticeObservation).filter((each) => each !== null);
  const receivers = notices.flatMap(({ note, dst }) => (note === 'Traffic::Upload' && dst !== undefined ? [dst] : []));
  const tellers = new Set([...notices.map(teller).filter((each) => each !== null), ...receivers]);
  const lookedUp = worstOf(tellers, notices);
  const byEnd = new Map<string, NoticeRecord[]>();
  for (const notice of notices) {
    for (const end of new Set([notice.src, notice.dst])) {
      if (end === undefined) continue;
      const own = byEnd.get(end);
      if (own) own.push(notice);
      else byEnd.set(end, [notice]);
    }
  }
  const strangers: NoticeRecord[] = [];
  const to = Math.max(0, ...notices.map(({ last }) => last)) + 1;
  for (const address of tellers) {
    const own = byEnd.get(address) ?? [];
    const { all, returning } = lookedUp.has(address) ? await historyOf(store, address, to) : UNKNOWN;
    const observation = storyObservation(address, newestOfEach([...all, ...own]), returning);
    if (observation) observations.push(observation);
    else strangers.push(...own.filter((notice) => teller(notice) === address));
  }
  observations.push(...strangersObservations(strangers));
  return distinct(observations);
}

interface Before {
  readonly all: readonly NoticeRecord[];
  readonly returning: Returning | null;
}

const UNKNOWN: Before = { all: [], returning: null };

async function historyOf(store: History, address: string, to: number): Promise<Before> {
  const { notices: all } = await store.notices({ from: to - STORY_SECONDS, to, address, limit: MOST_NOTICES });
  const today = { from: to - DAY_SECONDS, to };
  // Who was never here before today, as most are, has no more to be looked for: that goes through all of today's flows.
  const { flows } = await store.flows({ from: 0, to: today.from, address, limit: 1 });
  if (flows.length === 0) return { all, returning: null };
  const { firstSeen, isReturning } = await store.source(address, today);
  return { all, returning: isReturning && firstSeen !== null ? { firstSeen } : null };
}

/** As many of them as are looked up: those with the gravest notices, and of these the ones that were raised most often. */
function worstOf(addresses: ReadonlySet<string>, notices: readonly NoticeRecord[]): ReadonlySet<string> {
  if (addresses.size <= MOST_LOOKED_UP) return addresses;
  const ranked = notices.toSorted(
    (one, other) => severities.indexOf(one.severity) - severities.indexOf(other.severity) || other.n - one.n,
  );
  const worst = new Set<string>();
  for (const { src, dst } of ranked) {
    for (const end of [src, dst]) {
      if (end !== undefined && addresses.has(end)) worst.add(end);
      if (worst.size === MOST_LOOKED_UP) return worst;
    }
  }
  return worst;
}

/** What hands them over: to this computer's findings, or a server's. What is not seen again is not mended by that. */
export function runOf(sensor: string, observations: readonly Observation[]): ReportedRun {
  const checks = [...new Set(observations.map(({ check }) => check))];
  return { source: SOURCE, scope: `network/${sensor}`, checks, observations, complete: false, known: new Set() };
}

/** Resolves when the findings have them; nothing is done where they make none. */
export async function reportNotices(
  { store, sink }: { readonly store: History; readonly sink: FindingsSink },
  sensor: string,
  notices: readonly NoticeRecord[],
): Promise<readonly Observation[]> {
  const observations = await observationsOf(store, notices);
  if (observations.length > 0) await reportRun(runOf(sensor, observations), sink);
  return observations;
}

/** The same key is the same alert, and the one that was raised more often has all of the other. */
function newestOfEach(notices: readonly NoticeRecord[]): readonly NoticeRecord[] {
  const newest = new Map<string, NoticeRecord>();
  for (const notice of notices) {
    const known = newest.get(notice.key);
    if (!known || notice.n >= known.n) newest.set(notice.key, notice);
  }
  return [...newest.values()];
}

/** Two notices about the same place are one finding: the last one's. */
function distinct(observations: readonly Observation[]): readonly Observation[] {
  return [...new Map(observations.map((each) => [`${each.check} ${each.resource.uid}`, each])).values()];
}
