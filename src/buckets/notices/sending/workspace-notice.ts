/** What the guard of an account hands to a workspace that reads its second queue: a notice ready to be told. */
import { createHash } from 'node:crypto';
import { count } from '../../../base/text/quantities.ts';
import { bucketErrors } from '../../errors.ts';
import { FURTHER_BUCKETS, type BurstLimits } from '../events/bursts.ts';
import { changesIn } from '../events/digest.ts';
import type { NoticeLetter } from '../rows.ts';
import { exampleLines, subjectOf } from '../events/words.ts';

export interface WorkspaceNotice {
  /** The same in each repeat. */
  readonly id: string;
  /** `objects`: changes of objects; `burst`: very many at once; `opened`: everyone gets in now; `guard`: what the guard found or did. */
  readonly kind: 'objects' | 'burst' | 'opened' | 'guard';
  /** The bucket, or whatever it is about. */
  readonly about: string;
  /** How many changes it tells of, at least 1. */
  readonly count: number;
  /** One line each, the most telling first. */
  readonly lines: readonly string[];
}

const MOST_LINES = 5;
/** What a guard in an account tells; only a watch sees what an ACL gives. */
const KINDS = ['objects', 'burst', 'guard'] as const satisfies readonly WorkspaceNotice['kind'][];

export function noticeOf(letter: NoticeLetter, limits: BurstLimits): WorkspaceNotice {
  const { id, digest, bursts, owner } = letter;
  const buckets = Object.keys(digest.buckets);
  const opened = buckets.find((bucket) => digest.buckets[bucket]?.counts.opened !== undefined);
  const inOrder = buckets.toSorted((one, other) => Number(other === opened) - Number(one === opened));
  const examples = inOrder.flatMap((bucket) => exampleLines(digest, bucket));
  return {
    id,
    kind: bursts.length > 0 ? 'burst' : opened === undefined ? 'objects' : 'opened',
    about: bursts.find(({ bucket }) => bucket !== FURTHER_BUCKETS)?.bucket ?? opened ?? buckets[0] ?? owner,
    count: Math.max(1, changesIn(digest)),
    lines: [subjectOf(letter, limits), ...examples].slice(0, MOST_LINES),
  };
}

/** What the guard mails, for a workspace: the first line of each alert in it, and how many more there are. */
export function guardNoticeOf(message: string): WorkspaceNotice {
  const alerts = message
    .split('\n\n')
    .map((alert) => alert.split('\n')[0] ?? '')
    .filter((line) => line !== '');
  const more = alerts.length - (MOST_LINES - 1);
  const lines =
    alerts.length <= MOST_LINES
      ? alerts
      : [...alerts.slice(0, MOST_LINES - 1), `And ${count(more, 'more alert')} in the mail of the guard.`];
  return {
    id: createHash('sha256').update(message).digest('base64url').slice(0, 32),
    kind: 'guard',
    about: (alerts[0]?.split(':')[0] ?? '').slice(0, 255),
    count: 1,
    lines,
  };
}

/** Throws `guard_event_unreadable`. */
export function readNotice(body: string): WorkspaceNotice {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch (cause) {
    throw bucketErrors('guard_event_unreadable', { cause });
  }
  const {
    id,
    kind,
    about,
    count: number,
    lines,
  } = (value ?? {}) as { readonly [Name in keyof WorkspaceNotice]?: unknown };
  const known = KINDS.find((each) => each === kind);
  if (
    typeof id !== 'string' ||
    !/^[\w-]{1,64}$/.test(id) ||
    known === undefined ||
    typeof about !== 'string' ||
    !Number.isSafeInteger(number) ||
    Number(number) < 1 ||
    !Array.isArray(lines) ||
    !lines.every((line) => typeof line === 'string')
  ) {
    throw bucketErrors('guard_event_unreadable');
  }
  return { id, kind: known, about: about.slice(0, 255), count: Number(number), lines: lines.slice(0, MOST_LINES) };
}
