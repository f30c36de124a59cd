import { timestamp, type Clock } from '../base/clock.ts';
import { codeOf } from '../base/error-facts.ts';
import { hasCode } from '../base/errors.ts';
import type { Log } from '../base/log.ts';
import { bytesBody, readBody, type ObjectStore, type RecordStore } from '../storage/index.ts';
import { readTip, type ChainTip } from './chain-tip.ts';
import { digits, headKey, HEADS_PREFIX, keys, type BatchRow, type SignedHead } from './records.ts';
import { batchHash, isSignedBy, type Signer, type TrailKey } from './signing.ts';

export type StoreName = 'primary' | 'backup';
export type Stores = { readonly [Store in StoreName]: ObjectStore };
export const STORE_NAMES = ['primary', 'backup'] as const satisfies readonly StoreName[];

/** What a head's key in a store says of it. */
export interface HeadPlace {
  readonly key: string;
  readonly sequence: number;
  /** First 16 hex digits of the batch's hash. */
  readonly hashStart: string;
}

export interface HeadDeps {
  readonly records: RecordStore;
  readonly stores: Stores;
  readonly workspaceKey: TrailKey;
  readonly signer: Signer;
  readonly clock: Clock;
  readonly log: Log;
}

/** A store that says nothing for so long is tried again later. */
const PATIENCE_MS = 10_000;
const MAX_HEAD_BYTES = 16 * 1024;

/** Puts the signed head of the chain into both stores; knows what it put there. */
export interface HeadPublisher {
  /** Does nothing when the stores have the newest head. A store that fails is logged and tried at the next call. */
  publish(): Promise<void>;
}

export function headPublisher({ records, stores, workspaceKey, signer, clock, log }: HeadDeps): HeadPublisher {
  const published: Record<StoreName, string | null> = { primary: null, backup: null };
  const put = async (store: StoreName, key: string, bytes: Buffer): Promise<void> => {
    const signal = AbortSignal.timeout(PATIENCE_MS);
    try {
      await stores[store].put(key, bytesBody(bytes), { size: bytes.length, createOnly: true, signal });
      published[store] = key;
    } catch (error) {
      if (hasCode(error, 'object_exists')) published[store] = key;
      else
        log.warn(
          { store, code: signal.aborted ? 'store_unavailable' : codeOf(error) },
          'The head of the audit trail could not be stored; it is tried again',
        );
    }
  };
  return {
    async publish() {
      const tip = await readTip(records, signer);
      // A head vouches for what stands behind it, so none is given for a chain that somebody altered.
      if (tip.sequence === 0 || tip.anomaly) return;
      const key = headKey(tip);
      const lacking = STORE_NAMES.filter((store) => published[store] !== key);
      if (lacking.length === 0) return;
      const { keyGeneration } = tip;
      const unsigned = {
        format: 'holdfast-audit-head-1',
        workspaceId: workspaceKey.workspaceId,
        sequence: tip.sequence,
        hash: tip.hash,
        events: tip.events,
        atMs: clock(),
        keyGeneration,
        publicKey: signer.publicKey(keyGeneration)?.toString('base64url') ?? '',
      } as const;
      const head: SignedHead = { ...unsigned, signature: signer.sign(unsigned, keyGeneration) };
      const bytes = Buffer.from(`${JSON.stringify(head, null, 2)}\n`);
      await Promise.all(lacking.map((store) => put(store, key, bytes)));
    },
  };
}

/** Every head that a store holds, from a sequence on, in order. */
export async function* listHeads(store: ObjectStore, from = 0): AsyncGenerator<HeadPlace> {
  let after = HEADS_PREFIX + digits(from);
  for (;;) {
    const page = await store.list({ prefix: HEADS_PREFIX, after });
    for (const { key } of page.objects) {
      const match = /^([0-9]{12})-([0-9a-f]{16})\.json$/.exec(key.slice(HEADS_PREFIX.length));
      if (match?.[2]) yield { key, sequence: Number(match[1]), hashStart: match[2] };
    }
    if (page.next === undefined) return;
    after = page.next;
  }
}

/** A head out of a store; `null` when it is not what a server of this workspace signed. Throws what the store throws. */
export async function readHead(
  store: ObjectStore,
  { key }: HeadPlace,
  publicKeyOf: (generation: number) => Buffer | undefined,
): Promise<SignedHead | null> {
  const bytes = await readBody((await store.get(key)).body, MAX_HEAD_BYTES);
  try {
    const head = JSON.parse(bytes.toString('utf8')) as SignedHead;
    const publicKey = publicKeyOf(head.keyGeneration);
    return publicKey && headKey(head) === key && isSignedBy(head, publicKey) ? head : null;
  } catch {
    return null;
  }
}

/** A head in a store that the records know nothing of: they were put back to an earlier state, or cut off. */
export interface UnknownHead {
  readonly store: StoreName;
  readonly sequence: number;
  readonly time: string;
}

/** Looks whether a store knows more of the chain than the records did at `tip`, or something else. */
export async function unknownHead({ records, stores, signer }: HeadDeps, tip: ChainTip): Promise<UnknownHead | null> {
  for (const store of STORE_NAMES) {
    for await (const place of listHeads(stores[store], tip.sequence)) {
      if (place.sequence === tip.sequence && tip.hash.startsWith(place.hashStart)) continue;
      const head = await readHead(stores[store], place, (generation) => signer.publicKey(generation));
      // Linked and published since the tip was read: then the records know it by now.
      if (!head || (await knows(records, head))) continue;
      return { store, sequence: head.sequence, time: timestamp(head.atMs) };
    }
  }
  return null;
}

async function knows(records: RecordStore, { sequence, hash }: SignedHead): Promise<boolean> {
  const { pk, sk } = keys.batch(sequence);
  const batch = await records.get<BatchRow>(pk, sk);
  return batch !== null && batchHash(batch.value) === hash;
}
