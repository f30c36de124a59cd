/** What owners are told of objects: the same words in mails, on a terminal and in a workspace. */
import { timestamp } from '../../../base/clock.ts';
import { count, formatBytes } from '../../../base/text/quantities.ts';
import { visible } from '../../../base/text/visible.ts';
import { burstWords, type BurstLimits } from './bursts.ts';
import { changes, type Change, type Digest } from './digest.ts';
import type { NoticeLetter } from '../rows.ts';

const WORDS: { readonly [Name in Change]: string } = {
  opened: 'opened to everyone',
  access: 'with another answer to who gets in',
  created: 'created',
  overwritten: 'overwritten',
  written: 'put',
  deleted: 'deleted',
  expired: 'deleted by a lifecycle rule',
  acl: 'given another ACL',
};

type Told = Pick<NoticeLetter, 'digest' | 'bursts'>;

/** One line: the worst first. */
export function subjectOf({ digest, bursts }: Told, limits: BurstLimits): string {
  const [burst] = bursts;
  if (burst !== undefined) return `ALARM: ${burstWords(burst, limits)}${and(bursts.length - 1, 'alarm')}`;
  const names = Object.keys(digest.buckets);
  const [name] = names;
  if (name === undefined) return count(digest.more, 'change');
  return `${name}: ${countsOf(digest.buckets[name]?.counts ?? {})}${and(names.length - 1, 'bucket')}`;
}

export function textOf({ digest, bursts }: Told, limits: BurstLimits): string {
  const alarms = bursts.map((burst) => `ALARM: ${burstWords(burst, limits)}`);
  const paragraphs = Object.entries(digest.buckets).map(([bucket, { counts, firstMs, lastMs }]) => {
    const when = firstMs === lastMs ? `at ${timestamp(firstMs)}` : `from ${timestamp(firstMs)} to ${timestamp(lastMs)}`;
    return [`${bucket}: ${countsOf(counts)}, ${when}`, ...exampleLines(digest, bucket)];
  });
  const isUnsure = Object.values(digest.buckets).some(({ counts }) => counts.written !== undefined);
  const unsure = isUnsure ? [['Put: nobody can say whether something was there before.']] : [];
  const more = digest.more > 0 ? [[`And ${count(digest.more, 'change')} in more buckets.`]] : [];
  return [alarms, ...paragraphs, ...more, ...unsure]
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.map(visible).join('\n'))
    .join('\n\n');
}

/** One line for each example, what was opened to everyone first: key, event, who, from where, when, size. */
export function exampleLines(digest: Digest, bucket: string): readonly string[] {
  return digest.examples
    .filter((example) => example.bucket === bucket)
    .toSorted((one, other) => Number(other.change === 'opened') - Number(one.change === 'opened'))
    .map(({ name, key, size, who, address, atMs }) => {
      const by = who === null ? '' : ` by ${who}`;
      const from = address === null ? '' : ` from ${address}`;
      return `- ${key}: ${name}${by}${from} at ${timestamp(atMs)}${size === null ? '' : `, ${formatBytes(size)}`}`;
    });
}

function countsOf(counts: { readonly [Name in Change]?: number }): string {
  return changes
    .flatMap((change) => {
      const number = counts[change] ?? 0;
      return number === 0 ? [] : `${number.toLocaleString('en-US')} ${WORDS[change]}`;
    })
    .join(', ');
}

function and(more: number, what: string): string {
  return more > 0 ? ` and ${count(more, `more ${what}`)}` : '';
}
