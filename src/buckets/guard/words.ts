/** What the guard says to people, in mails: one block of lines for each bucket. */
import { count } from '../../base/text/quantities.ts';
import { visible } from '../../base/text/visible.ts';
import type { AuditedBucket } from '../auditing/audit.ts';
import { isPublic, verdictWords } from '../auditing/exposure-words.ts';
import { callOf, type Change } from '../fixes/change.ts';
import type { Receipt } from '../fixes/receipt.ts';
import type { GuardConfig } from './config.ts';
import type { GuardEvent } from './event.ts';
import type { Freed } from './freed.ts';

export interface Told {
  readonly name: string;
  /** `null`: it is gone. */
  readonly bucket: AuditedBucket | null;
  /** `null`: seen by itself, in a look at all. */
  readonly event: GuardEvent | null;
  readonly changes: readonly Change[];
  readonly receipt: Receipt | null;
  readonly left: readonly string[];
  readonly unread: readonly string[];
  /** What is to come, as one sentence. */
  readonly next: string | null;
}

export function alertOf(told: Told, config: Pick<GuardConfig, 'stack' | 'exceptionTag'>): string {
  const { name, bucket, event, changes, receipt, left, unread, next } = told;
  const wrong = (bucket?.observations ?? []).filter(({ verdict }) => verdict === 'fail');
  const lines = [
    `${name}: ${headOf(told)}`,
    ...(bucket !== null && isPublic(bucket.exposure.verdict) ? [bucket.exposure.summary] : []),
    ...(event === null ? [] : [`Seen after ${calledBy(event)}.`]),
    ...wrong.map(({ severity, title, check }) => `- ${severity}: ${title} (${check})`),
    ...unread.map((each) => `- could not be looked at: ${each}`),
    ...(receipt === null ? [] : [`Changed: ${changes.map(callOf).join(', ')}.`, bringBack(receipt, config)]),
    ...left.map((each) => `Left as it is: ${each}`),
    ...(next === null ? [] : [next]),
  ];
  return lines.map(visible).join('\n');
}

function headOf({ bucket, receipt, unread }: Told): string {
  if (unread.length > 0) return 'nobody can say whether it is safe';
  if (receipt !== null) return 'it was mended';
  if (bucket !== null && isPublic(bucket.exposure.verdict)) return `it is ${verdictWords[bucket.exposure.verdict]}`;
  return 'something is wrong with it';
}

/** Without an exception the guard would mend it again. */
function bringBack(
  { receiptId }: Receipt,
  { stack, exceptionTag }: Pick<GuardConfig, 'stack' | 'exceptionTag'>,
): string {
  return `To bring it back, tag it ${exceptionTag} (owner=… until=… reason=…), then: holdfast buckets undo ${receiptId} --guard ${stack}`;
}

/** Of a change that was made earlier, when nobody could be told. */
export function alertOfUntold(
  name: string,
  made: readonly string[],
  receipt: Receipt,
  config: Pick<GuardConfig, 'stack' | 'exceptionTag'>,
): string {
  const head = receipt.state === 'begun' ? 'it was being mended when something broke off' : 'it was mended';
  const calls = receipt.state === 'begun' ? 'Perhaps changed' : 'Changed';
  return [`${name}: ${head}`, `${calls}: ${made.join(', ')}.`, bringBack(receipt, config)].map(visible).join('\n');
}

const MOST_PLACES = 20;

/** Of a deleted bucket that something still names. */
export function alertOfFreed(
  { name, by }: Pick<Freed, 'name' | 'by'>,
  where: readonly string[],
  holder: 'nobody' | 'us' | 'others' | 'unknown',
): string {
  const now = {
    nobody: 'anybody can make a bucket of its name now, and gets what is sent there',
    us: 'it is there again',
    others: 'somebody else has a bucket of its name now, and gets what is sent there',
    unknown: 'nobody can say who has its name now',
  };
  const lines = [
    `${name}: it was deleted and is still named; ${now[holder]}`,
    `Deleted by ${by}.`,
    ...where.slice(0, MOST_PLACES).map((each) => `- ${each}`),
    ...(where.length > MOST_PLACES ? [`- and ${where.length - MOST_PLACES} more`] : []),
    holder === 'others'
      ? 'Take these references out.'
      : 'Take these references out, or make the bucket again, closed, before somebody else does.',
  ];
  return lines.map(visible).join('\n');
}

/** Of deleted buckets that something may still name: not everything that could could be read. */
export function alertOfUnreadNames(names: readonly string[], unread: readonly string[]): string {
  const [first = '', ...more] = names;
  const whose = more.length === 0 ? first : `${first} and ${count(more.length, 'more deleted bucket')}`;
  return [
    `${whose}: nobody can say whether everything that still names it was found`,
    ...unread.slice(0, MOST_PLACES).map((each) => `- could not be looked at: ${each}`),
    ...(unread.length > MOST_PLACES ? [`- and ${unread.length - MOST_PLACES} more`] : []),
    'Let the guard read it, or look there yourself.',
  ]
    .map(visible)
    .join('\n');
}

/** `PutBucketPolicy by arn:… from 192.0.2.1 at 2026-11-28T10:00:00Z`. */
export function calledBy({ call, caller, address, time }: GuardEvent): string {
  return `${call} by ${caller ?? 'somebody'}${address === null ? '' : ` from ${address}`} at ${time}`;
}
