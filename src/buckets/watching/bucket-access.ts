/** Who gets into a watched bucket as a whole, and whether that changed from one look to the next. */
import { createHash } from 'node:crypto';
import type { Clock } from '../../base/clock.ts';
import { newId } from '../../base/ids.ts';
import { isPublic, verdictRank, verdictWords } from '../auditing/exposure-words.ts';
import { exposureOf } from '../exposure/exposure.ts';
import type { ExposureVerdict } from '../exposure/ways.ts';
import { openAbilities } from '../facts/abilities.ts';
import { nothingLookedUp, type BucketFacts } from '../facts/bucket-facts.ts';
import type { BucketReader } from '../facts/bucket-reader.ts';
import { exposureFactsOf, exposureReads } from '../facts/exposure-facts.ts';
import { known, type Fact } from '../facts/fact.ts';
import { gatherFacts } from '../facts/gather.ts';
import type { ObjectEvent } from '../notices/events/object-event.ts';
import { OWNER_TAG } from '../notices/sending/owner.ts';

/** What decides it, and can be changed by a call of its own. */
const PARTS = ['acl', 'policy', 'publicAccessBlock', 'ownership'] as const;

/** As it is kept between two looks. */
export interface KeptAccess {
  readonly verdict: ExposureVerdict;
  /** A hash of each; `null`: it was never read. */
  readonly parts: { readonly [Part in (typeof PARTS)[number]]: string | null };
}

export interface BucketAccess extends KeptAccess {
  /** One plain sentence. */
  readonly summary: string;
  /** What could not be read or judged, one line each. */
  readonly unknowns: readonly string[];
  /** Id of the owner of the bucket; `null`: not known. */
  readonly ownerId: string | null;
  /** Whom its tag names as owner; `null`: nobody. */
  readonly ownerTag: Fact<string | null>;
  /** Deleted objects leave a marker, which has an owner. */
  readonly isVersioned: boolean;
  /** The bucket takes no account of ACLs: nobody can give any. */
  readonly hasNoAcls: boolean;
}

export type ReadAccess = (bucket: string, signal: AbortSignal) => Promise<BucketAccess>;

export interface AccessPlace {
  readonly reader: BucketReader;
  /** `null`: AWS. */
  readonly endpoint: string | null;
  readonly clock: Clock;
}

/** What of a bucket as a whole stands in a notice where others have a key. */
const THE_BUCKET = '(the bucket itself)';

export function openAccess({ reader, endpoint, clock }: AccessPlace): ReadAccess {
  const abilities = openAbilities();
  const account = reader.account();
  // It is waited for by whoever asks.
  account.catch(() => {});
  return async (name, signal) => {
    const reads = new Set([...exposureReads, 'versioning' as const, 'tags' as const]);
    const around = {
      account: {
        ...(await account),
        ...nothingLookedUp,
      },
      ...{ endpoint, atMs: clock() },
    };
    const [facts] = await Array.fromAsync(
      gatherFacts([{ name, region: null }], { reader, abilities, reads, atOnce: 1, signal }),
    );
    if (facts === undefined) throw new Error('one bucket was asked for');
    const { verdict, summary, unknowns } = exposureOf(exposureFactsOf(facts, around));
    const { acl, versioning, ownership, tags } = facts;
    return {
      ...{ verdict, summary },
      unknowns: unknowns.map(({ part, reason }) => `${part}: ${reason}`),
      parts: partsOf(facts),
      ownerId: acl.known ? (acl.value.Owner?.ID ?? null) : null,
      ownerTag: tags.known ? known(tags.value[OWNER_TAG]?.trim() || null) : tags,
      isVersioned: versioning.known && versioning.value.Status !== undefined,
      hasNoAcls: ownership.known && ownership.value === 'BucketOwnerEnforced',
    };
  };
}

function partsOf(facts: BucketFacts): KeptAccess['parts'] {
  const hashOf = (part: (typeof PARTS)[number]): string | null => {
    const fact = facts[part];
    // A store that has no such thing will not have it at the next look.
    if (!fact.known) return fact.reason === 'not_implemented' ? 'none' : null;
    return createHash('sha256').update(JSON.stringify(fact.value)).digest('base64url').slice(0, 16);
  };
  return {
    acl: hashOf('acl'),
    policy: hashOf('policy'),
    publicAccessBlock: hashOf('publicAccessBlock'),
    ownership: hashOf('ownership'),
  };
}

/** What is to be kept of both: what could not be read now is as it was. */
export function keptAccess(before: KeptAccess | null, now: BucketAccess): KeptAccess {
  const { acl, policy, publicAccessBlock, ownership } = now.parts;
  const verdict = now.verdict === 'unknown' && before !== null ? before.verdict : now.verdict;
  return {
    verdict,
    parts: {
      acl: acl ?? before?.parts.acl ?? null,
      policy: policy ?? before?.parts.policy ?? null,
      publicAccessBlock: publicAccessBlock ?? before?.parts.publicAccessBlock ?? null,
      ownership: ownership ?? before?.parts.ownership ?? null,
    },
  };
}

/** `null`: nothing changed, as far as it could be read. */
export function accessChange(
  bucket: string,
  before: KeptAccess | null,
  now: BucketAccess,
  atMs: number,
): ObjectEvent | null {
  if (before === null) return null;
  const changed = PARTS.filter((part) => {
    const [then, there] = [before.parts[part], now.parts[part]];
    return then !== null && there !== null && then !== there;
  });
  const isOpened = isPublic(now.verdict) && verdictRank(now.verdict) < verdictRank(before.verdict);
  // One that was changed while another could not be read opens the bucket when that one is read again.
  if (changed.length === 0 && (!isOpened || before.verdict === 'unknown')) return null;
  const verdicts =
    before.verdict === now.verdict
      ? verdictWords[now.verdict]
      : `${verdictWords[now.verdict]}, was ${verdictWords[before.verdict]}`;
  return {
    ...ofBucketItself(bucket, atMs),
    name: `${changed.map((part) => WORDS[part]).join(', ') || 'who gets in'} changed: ${verdicts}. ${now.summary}`,
    happened: isOpened ? 'opened' : 'access',
    ...{ isThereAfterwards: null, wasThereBefore: null },
  };
}

/** It was not there at the last look. */
export function bucketMade(bucket: string, now: BucketAccess, atMs: number): ObjectEvent {
  return {
    ...ofBucketItself(bucket, atMs),
    name: `made: ${verdictWords[now.verdict]}. ${now.summary}`,
    happened: isPublic(now.verdict) ? 'opened' : 'written',
    ...{ isThereAfterwards: true, wasThereBefore: false },
  };
}

/** It is not there any more, or another's. */
export function bucketGone(bucket: string, atMs: number): ObjectEvent {
  const name = 'gone, with all that was in it';
  return { ...ofBucketItself(bucket, atMs), name, happened: 'deleted', isThereAfterwards: false, wasThereBefore: true };
}

function ofBucketItself(bucket: string, atMs: number) {
  return { eventId: newId(), atMs, bucket, key: THE_BUCKET, sequencer: null, size: null, who: null, address: null };
}

const WORDS: { readonly [Part in (typeof PARTS)[number]]: string } = {
  acl: 'ACL',
  policy: 'policy',
  publicAccessBlock: 'Block Public Access',
  ownership: 'ownership',
};
