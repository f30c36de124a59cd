/** Whose the buckets are that other services of the account, and files, name. */
import type { OutsideReferences } from '../facts/bucket-facts.ts';
import { whyUnread } from '../facts/fact.ts';
import type { Holder } from '../facts/gather.ts';
import type { OutsideSource } from '../facts/bucket-reader.ts';
import type { NamedBucket } from '../references/named-buckets.ts';

export interface LookOutside {
  readonly sources: readonly OutsideSource[];
  readonly inFiles: readonly NamedBucket[];
  readonly freed: ReadonlySet<string>;
  readonly holderOf: (name: string) => Promise<Holder>;
}

export async function outsideReferencesOf({
  sources,
  inFiles,
  freed,
  holderOf,
}: LookOutside): Promise<OutsideReferences> {
  const named = sources.flatMap((each) => (each.named.known ? each.named.value : []));
  const found = [...named, ...inFiles].map(async ({ name, where }) => {
    return { name, where, isFreed: freed.has(name), holder: await holderOf(name) };
  });
  const unread = sources.flatMap((each) =>
    // A partition that has no such service hides nothing.
    each.named.known || each.named.reason === 'not_implemented'
      ? []
      : [{ source: each.source, why: whyUnread(each.named) }],
  );
  return { found: await Promise.all(found), unread };
}
