import { severities, type Observation, type Severity } from '../../findings/index.ts';
import type { NoticeRecord } from '../records/notice-record.ts';
import { kindOf } from './kinds-of-notices.ts';
import { isFromInside, MOST_EVIDENCE, noticeEvidence, timeText } from './notice-evidence.ts';
import { storyOf, teller, type Stage } from './story.ts';

const WORDS: Readonly<Record<Stage, string>> = {
  listed: 'is on a list',
  scanned: 'scanned',
  guessed: 'guessed passwords',
  succeeded: 'got in',
  uploaded: 'was sent data',
};

/** What is known of a source from before, beside its notices. */
export interface Returning {
  /** Seconds since 1970. */
  readonly firstSeen: number;
}

/**
 * The story of a source as one finding: all that it did, in order, with the arithmetic of each step. `null`: it is not worth
 * one: strangers who only scan or guess are the noise of every public address, see strangers.ts.
 */
export function storyObservation(
  address: string,
  notices: readonly NoticeRecord[],
  returning: Returning | null,
): Observation | null {
  const story = storyOf(address, notices);
  const told = story.flatMap((each) => each.notices);
  if (told.length === 0) return null;
  const severity = worst(told);
  const has = (stage: Stage): boolean => story.some((each) => each.stage === stage);
  const isNoise = story.length === 1 && severity !== 'critical' && !told.some(isFromInside) && !has('listed');
  if (isNoise) return null;
  const evidence = [
    ...told.flatMap(noticeEvidence),
    ...(returning ? [{ label: 'returning', value: `first seen ${timeText(returning.firstSeen)}` }] : []),
  ];
  return {
    ...{ kind: 'detection', check: 'network-source', verdict: 'fail', severity },
    title: `${address} ${story.map(({ stage }) => WORDS[stage]).join(', then ')}`,
    resource: { uid: `address/${address}`, type: 'address', name: address },
    evidence: evidence.slice(0, MOST_EVIDENCE),
    rationale: has('succeeded')
      ? 'Somebody tried until he was let in. What he did since is done with the rights of that account.'
      : told.some(isFromInside)
        ? 'A host of the private network does what nobody told it to: somebody else may sit on it.'
        : 'One source that goes on from step to step means this place, and not the whole internet.',
    remedy: remedyFor(address, has('succeeded'), told.some(isFromInside)),
    references: [
      ...(has('scanned') ? ['T1046'] : []),
      ...(has('guessed') ? ['T1110'] : []),
      ...(has('succeeded') ? ['T1078'] : []),
      ...(has('uploaded') ? ['T1048'] : []),
    ].map((id) => ({ standard: 'ATT&CK', id, url: `https://attack.mitre.org/techniques/${id}/` })),
  };
}

function remedyFor(address: string, isIn: boolean, isInside: boolean): string {
  const block = `sudo holdfast network block ${address} --for 1d --why 'guesses and scans'`;
  if (isIn) {
    return `Block it (${block}), end the sessions of the account, change its password, and look at what it did since (host scan).`;
  }
  if (isInside) return `Look at that host first (host scan there); cut it off meanwhile: ${block}`;
  return `Block it for a while: ${block}`;
}

/** A finding for a notice about a place of ours; `null`: it belongs to the story of a source, or is for information alone. */
export function noticeObservation(notice: NoticeRecord): Observation | null {
  const { note, src, dst, p, severity } = notice;
  if (severity === 'info' || teller(notice) !== null) return null;
  const { title, rationale, remedy, references } = kindOf(note);
  // What is told of two ends is of both of them; what is about a service, of that alone.
  const isOfService = note.startsWith('SSL::') || note.startsWith('Inventory::') || note.startsWith('Protocol::');
  const ends = isOfService || note === 'Login::Cleartext' ? [dst] : note === 'Traffic::Upload' ? [src] : [src, dst];
  // Whoever is on a list is so at every port.
  const port = p === undefined || note === 'Intel::Listed_Destination' ? [] : [`port ${p}`];
  const name = [ends.filter((end) => end !== undefined).join(' → '), ...port].join(' ');
  return {
    ...{ kind: 'detection', check: checkOf(note), verdict: 'fail', severity, rationale, remedy, references, title },
    resource: { uid: `flow/${name.replaceAll(' ', '/')}`, type: 'flow', name },
    evidence: noticeEvidence(notice).slice(0, MOST_EVIDENCE),
  };
}

/** `Traffic::Beacon` -> `network-traffic-beacon` */
export function checkOf(note: string): string {
  return `network-${note.replace('::', '-').replaceAll('_', '-').toLowerCase()}`;
}

function worst(notices: readonly NoticeRecord[]): Severity {
  return severities.find((severity) => notices.some((notice) => notice.severity === severity)) ?? 'info';
}

/** Any alert as it stands in a report, whoever it is about. */
export function alertObservation(notice: NoticeRecord): Observation {
  const { note, src, dst, p, severity, msg, key } = notice;
  const own = noticeObservation({ ...notice, severity: severity === 'info' ? 'low' : severity });
  const { rationale, remedy, references } = own ?? {
    ...{ rationale: 'One source and what it did, with the numbers that make it an alert.', references: [] },
    remedy:
      src === undefined
        ? 'Look at the flows that it names.'
        : remedyFor(src, note.includes('Success'), isFromInside(notice)),
  };
  const name = [src, dst].filter((end) => end !== undefined).join(' → ');
  return {
    ...{
      kind: 'detection',
      check: checkOf(note),
      verdict: 'fail',
      severity,
      rationale,
      remedy,
      references,
      title: msg,
    },
    resource: { uid: `alert/${key}`, type: 'flow', name: p === undefined ? name : `${name} port ${p}` },
    evidence: noticeEvidence(notice).slice(0, MOST_EVIDENCE),
  };
}
