import { timestamp } from '../base/clock.ts';
import { codeOf } from '../base/error-facts.ts';
import type { ObjectStore } from '../storage/index.ts';
import { listHeads, readHead, type HeadPlace, type StoreName } from './heads.ts';
import type { PublicKeys } from './signing.ts';
import type { GenuineBatch, Report, VerifyReport } from './verify-report.ts';

/** One store and the heads that it holds: what the chain is held against. */
export interface Witness {
  /** Called for every batch whose signature is right. */
  hold(batch: GenuineBatch, publicKeys: PublicKeys): Promise<void>;
  /** Called at the end of the chain. */
  conclude(
    chain: { readonly last: number; readonly batches: number },
    publicKeys: PublicKeys,
  ): Promise<VerifyReport['stores'][number]>;
}

/** Reads which heads there are; their names say enough to find the ones that must be read themselves. */
export async function readWitness(name: StoreName, store: ObjectStore, report: Report): Promise<Witness> {
  const bySequence = new Map<number, HeadPlace[]>();
  let heads = 0;
  let unreadable = false;
  const which = name === 'primary' ? 'first' : 'second';
  const failed = (error: unknown): null => {
    if (!unreadable)
      report('store_unreadable', `The ${which} store could not be read (${codeOf(error)}).`, { store: name });
    unreadable = true;
    return null;
  };
  try {
    for await (const place of listHeads(store)) {
      bySequence.set(place.sequence, [...(bySequence.get(place.sequence) ?? []), place]);
      heads++;
    }
  } catch (error) {
    failed(error);
  }

  const open = async (place: HeadPlace, publicKeys: PublicKeys) => {
    try {
      const head = await readHead(store, place, (generation) => publicKeys.get(generation));
      if (head) return head;
      const what = `The head ${place.key} in the ${which} store was not signed here.`;
      report('head_forged', what, { sequence: place.sequence, store: name });
    } catch (error) {
      failed(error);
    }
    return null;
  };

  const newestGenuine = async (publicKeys: PublicKeys) => {
    for (const sequence of [...bySequence.keys()].toSorted((one, other) => other - one)) {
      for (const place of bySequence.get(sequence) ?? []) {
        const head = await open(place, publicKeys);
        if (head) return { sequence, time: timestamp(head.atMs) };
      }
    }
    return null;
  };

  return {
    async hold({ sequence, hash }, publicKeys) {
      for (const place of bySequence.get(sequence) ?? []) {
        if (hash.startsWith(place.hashStart)) continue;
        const head = await open(place, publicKeys);
        if (!head) continue;
        const what =
          `The ${which} store holds the signed head of another batch ${sequence}, from ${timestamp(head.atMs)}: ` +
          'older records were put back, and the chain went on without the events since then.';
        report('fork', what, { sequence, store: name });
      }
    },
    async conclude({ last, batches }, publicKeys) {
      const shown = await newestGenuine(publicKeys);
      if (shown && shown.sequence > last) {
        const what =
          `The chain ends at batch ${last}, but the ${which} store holds the signed head of batch ${shown.sequence}, ` +
          `from ${shown.time}: the end was cut off, or older records were put back.`;
        report('tail_missing', what, { sequence: last + 1, store: name });
      }
      if (heads === 0 && batches > 0 && !unreadable) {
        report('head_missing', `The ${which} store holds no head of the chain.`, { store: name });
      }
      return { name, heads, newest: shown };
    },
  };
}
