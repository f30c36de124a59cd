import type { Evidence, Observation } from '../../findings/index.ts';
import type { NoticeRecord } from '../records/notice-record.ts';
import { isFromInside, MOST_EVIDENCE, noticeEvidence } from './notice-evidence.ts';
import { teller } from './story.ts';

/** What strangers do at a place without going further. */
type Pastime = 'scanned' | 'guessed';

interface Words {
  readonly title: (place: string) => string;
  readonly severity: 'low' | 'medium';
  readonly rationale: string;
  readonly remedy: string;
  readonly technique: string;
}

const WORDS: Readonly<Record<Pastime, Words>> = {
  scanned: {
    title: (place) => `Strangers scan ${place}`,
    severity: 'low',
    rationale:
      'Every public address is scanned all day. It is worth a decision once: whether this place is meant to be reached from outside.',
    remedy:
      'Close what nobody outside needs (holdfast network report says what was open to them), then accept this finding. A place that is not meant to be public belongs behind a firewall.',
    technique: 'T1046',
  },
  guessed: {
    title: (place) => `Strangers try passwords at ${place}`,
    severity: 'medium',
    rationale: 'None of them was let in yet. A password that somebody chose is found in the end.',
    remedy:
      'Allow keys or certificates alone, or close the port to whoever does not need it. Then accept this finding; it says when somebody is let in all the same.',
    technique: 'T1110',
  },
};

const MOST_SOURCES = 20;

/** A stranger's alert that is no more than a scan or guessing; `null`: it is more, or is told of somebody else. */
function pastimeOf(notice: NoticeRecord): Pastime | null {
  if (teller(notice) === null || isFromInside(notice)) return null;
  if (notice.note.startsWith('Scan::')) return 'scanned';
  return notice.note === 'Login::Guessing' || notice.note === 'Login::Spraying' ? 'guessed' : null;
}

/**
 * What strangers who only scan or only guess do, as one finding for each place that they do it at: there are as many of these as we have
 * places, however many strangers come. `notices`: of strangers whose own story makes no finding.
 */
export function strangersObservations(notices: readonly NoticeRecord[]): readonly Observation[] {
  const told = notices.flatMap((notice) => {
    const pastime = pastimeOf(notice);
    return pastime === null ? [] : [{ pastime, notice }];
  });
  const byPlace = Map.groupBy(told, ({ pastime, notice }) => `${pastime} ${placeOf(notice).uid}`);
  return [...byPlace.values()].map((some) => {
    const { pastime, notice } = some[0]!;
    const { title, severity, rationale, remedy, technique } = WORDS[pastime];
    const resource = placeOf(notice);
    return {
      ...{ kind: 'detection', check: `network-strangers-${pastime === 'scanned' ? 'scan' : 'guess'}`, verdict: 'fail' },
      ...{ severity, rationale, remedy, title: title(resource.name), resource },
      evidence: evidenceOf(some.map((each) => each.notice)),
      references: [{ standard: 'ATT&CK', id: technique, url: `https://attack.mitre.org/techniques/${technique}/` }],
    };
  });
}

/** A host or a service of it, or where many were asked, what they were asked for. */
function placeOf({ dst, p, note }: NoticeRecord): Observation['resource'] {
  const port = p === undefined ? '' : `/port/${p}`;
  if (dst === undefined) {
    const name = p === undefined ? 'many hosts' : note.startsWith('Login::') ? `port ${p}` : `many hosts on port ${p}`;
    return { uid: `network${port}`, type: 'network', name };
  }
  if (!note.startsWith('Login::')) return { uid: `address/${dst}`, type: 'address', name: dst };
  return { uid: `address/${dst}${port}`, type: 'address', name: `${dst}${p === undefined ? '' : ` port ${p}`}` };
}

function evidenceOf(notices: readonly NoticeRecord[]): readonly Evidence[] {
  const newestFirst = notices.toSorted((one, other) => other.last - one.last);
  const sources = new Set(notices.map(({ src }) => src)).size;
  const [newest] = newestFirst;
  return [
    { label: 'strangers', value: sources === 1 ? '1, the one below' : `${sources} in these alerts, the newest below` },
    ...noticeEvidence(newest!),
    ...newestFirst.slice(1, MOST_SOURCES).map(({ note, msg }) => ({ label: note, value: msg.slice(0, 1000) })),
  ].slice(0, MOST_EVIDENCE);
}
