/**
 * Names of deleted buckets: the guard remembers them, and says what still names them, because whoever makes a bucket of
 * such a name gets what is sent there.
 */
import { bucketErrors } from '../errors.ts';
import { isReserved } from '../discovering/bucket-name.ts';
import { openAbilities } from '../facts/abilities.ts';
import type { BucketFacts } from '../facts/bucket-facts.ts';
import type { BucketReader, ListedBucket } from '../facts/bucket-reader.ts';
import { whyUnread } from '../facts/fact.ts';
import { gatherFacts, isGone, type ReadName } from '../facts/gather.ts';
import type { NamedBucket } from '../references/named-buckets.ts';
import type { GuardEvent } from './event.ts';
import type { Guard } from './guard.ts';
import { alertOfFreed, alertOfUnreadNames, calledBy } from './words.ts';

/** A line of the list, which the table keeps. */
export interface Freed {
  readonly name: string;
  readonly atMs: number;
  /** By which call, of whom. */
  readonly by: string;
}

const LIST = 'freed';
const NAMING = ['logging', 'replication', 'policy', 'website'] as const;
const READS: ReadonlySet<ReadName> = new Set([...NAMING, 'references']);

/** The same deletion twice is one. */
export async function rememberFreed(name: string, event: GuardEvent, { table, settings, log }: Guard): Promise<void> {
  if (isReserved(name)) {
    log.info({ bucket: name }, 'Deleted; nobody else can take its name');
    return;
  }
  const lines = await table.lines(LIST);
  const freed: Freed = { name, atMs: Date.parse(event.time) || 0, by: calledBy(event) };
  const line = JSON.stringify(freed);
  if (lines.includes(line)) return;
  if (lines.length >= settings.guardFreedNames) await table.drop(LIST, lines.length - settings.guardFreedNames + 1);
  await table.append(LIST, [line]);
  log.info({ bucket: name }, 'Deleted; its name is watched');
}

/** Whether it was deleted after `time`, as far as events told: then there is nothing to look at. */
export async function wasDeletedAfter(name: string, time: string, guard: Guard): Promise<boolean> {
  const atMs = Date.parse(time);
  return (await freedNames(guard)).some((each) => each.name === name && each.atMs >= atMs);
}

/** Of each name its last deletion. */
async function freedNames({ table }: Guard): Promise<readonly Freed[]> {
  const freed = (await table.lines(LIST)).map((line) => JSON.parse(line) as Freed);
  return [...new Map(freed.map((each) => [each.name, each])).values()];
}

/**
 * Tells of each freed name, or of `only` that one, what still names it. Throws `guard_bucket_unread` at the end when
 * something could not be asked, so that somebody looks again.
 */
export async function watchFreed(only: string | null, reader: BucketReader, guard: Guard): Promise<void> {
  const { alerts, clock, settings } = guard;
  const sinceMs = clock() - settings.bucketsFreedKeptMs;
  const watched = (await freedNames(guard)).filter(
    ({ name, atMs }) => atMs >= sinceMs && (only === null || name === only),
  );
  if (watched.length === 0) return;
  const listed = await Array.fromAsync(reader.list());
  const ours = new Set(listed.map(({ name }) => name));
  const free = watched.filter(({ name }) => !ours.has(name));
  if (free.length === 0) return;
  const { named, unread } = await lookForNames(listed, only === null, reader, guard);
  for (const freed of free) {
    const where = named.filter(({ name }) => name === freed.name).map((each) => each.where);
    if (where.length === 0) continue;
    const holder = await reader.holder(freed.name);
    await alerts.tell(`freed ${freed.name}`, alertOfFreed(freed, where, holder.known ? holder.value : 'unknown'));
  }
  if (unread.length > 0) {
    await alerts.tell(
      only === null ? 'what names deleted buckets' : `what names ${only}`,
      alertOfUnreadNames(
        free.map(({ name }) => name),
        // Answers come in any order, and the same is told once.
        unread.toSorted(),
      ),
    );
    throw bucketErrors('guard_bucket_unread', {
      attempted: 'Look for what names deleted buckets',
      detail: unread.slice(0, 5).join('; '),
    });
  }
}

async function lookForNames(
  listed: readonly ListedBucket[],
  isSweep: boolean,
  reader: BucketReader,
  { config, settings, log }: Guard,
): Promise<{ readonly named: readonly NamedBucket[]; readonly unread: readonly string[] }> {
  const named: NamedBucket[] = [];
  const unread: string[] = [];
  for (const { source, named: found } of await reader.outside()) {
    if (found.known) named.push(...found.value);
    else if (found.reason !== 'not_implemented') unread.push(`${source}: ${whyUnread(found)}`);
  }
  // Those of other Regions are slower to read, and their own guard looks at them.
  const near = listed.filter(({ region }) => region === null || region === config.region);
  if (!isSweep && near.length > settings.guardReferenceBuckets) {
    log.info({ buckets: near.length }, 'Their settings are left to the daily look');
    return { named, unread };
  }
  for await (const facts of gatherFacts(near, {
    ...{ reader, reads: READS, abilities: openAbilities(), atOnce: settings.bucketsAtOnce },
  })) {
    unread.push(...unreadOf(facts));
    if (!facts.references.known) continue;
    named.push(...facts.references.value.map(({ name, where }) => ({ name, where: `${where} of ${facts.bucket}` })));
  }
  return { named, unread };
}

/** A setting that could not be read may name any bucket. One that went away meanwhile names none. */
function unreadOf(facts: BucketFacts): readonly string[] {
  if (isGone(facts)) return [];
  return NAMING.flatMap((part) => {
    const fact = facts[part];
    return fact.known || fact.reason === 'not_implemented' ? [] : [`${part} of ${facts.bucket}: ${whyUnread(fact)}`];
  });
}
