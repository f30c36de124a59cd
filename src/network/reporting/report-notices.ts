import { reportRun, type FindingsSink, type Observation, type ReportedRun } from '../../findings/index.ts';
import type { NoticeRecord } from '../records/notice-record.ts';
import type { FlowStore } from '../store/flow-store.ts';
import { noticeObservation, storyObservation } from './observations.ts';
import { strangersObservations } from './strangers.ts';
import { teller } from './story.ts';

export const SOURCE = 'network';

/** How far back a story goes, and how many of its notices are told. */
const STORY_SECONDS = 30 * 86_400;
const MOST_NOTICES = 200;

/** The findings that these notices make, together with what their sources did before. */
export async function observationsOf(
  store: Pick<FlowStore, 'notices' | 'source'>,
  notices: readonly NoticeRecord[],
): Promise<readonly Observation[]> {
  const observations = notices.map(noticeObservation).filter((each) => each !== null);
  const receivers = notices.flatMap(({ note, dst }) => (note === 'Traffic::Upload' && dst !== undefined ? [dst] : []));
  const tellers = new Set([...notices.map(teller).filter((each) => each !== null), ...receivers]);
  const strangers: NoticeRecord[] = [];
  const to = Math.max(0, ...notices.map(({ last }) => last)) + 1;
  for (const address of tellers) {
    const range = { from: to - STORY_SECONDS, to };
    const { notices: all } = await store.notices({ ...range, address, limit: MOST_NOTICES });
    const own = notices.filter(({ src, dst }) => src === address || dst === address);
    const { firstSeen, isReturning } = await store.source(address, { from: to - 86_400, to });
    const returning = isReturning && firstSeen !== null ? { firstSeen } : null;
    const observation = storyObservation(address, newestOfEach([...all, ...own]), returning);
    if (observation) observations.push(observation);
    else strangers.push(...own.filter((notice) => teller(notice) === address));
  }
  observations.push(...strangersObservations(strangers));
  return distinct(observations);
}

/** What hands them over: to this computer's findings, or a server's. What is not seen again is not mended by that. */
export function runOf(sensor: string, observations: readonly Observation[]): ReportedRun {
  const checks = [...new Set(observations.map(({ check }) => check))];
  return { source: SOURCE, scope: `network/${sensor}`, checks, observations, complete: false, known: new Set() };
}

/** Resolves when the findings have them; nothing is done where they make none. */
export async function reportNotices(
  { store, sink }: { readonly store: Pick<FlowStore, 'notices' | 'source'>; readonly sink: FindingsSink },
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
