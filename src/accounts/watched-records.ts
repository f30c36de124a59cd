import type { JsonObject, RecordOperation, RecordStore } from '../storage/index.ts';

/** For tests: a record store that remembers what was ever written, and what was read since it was last asked. */
export interface WatchedRecords {
  readonly store: RecordStore;
  /** Every value ever written, deleted and replaced ones too. */
  readonly written: { readonly pk: string; readonly sk: string; readonly value: JsonObject }[];
  /** Number of reads since the last call. */
  reads(): number;
  /** Runs before each transaction; throws to make it fail, or does something else first. */
  beforeTransaction: ((operations: readonly RecordOperation[]) => Promise<void> | void) | null;
}

export function watchRecords(inner: RecordStore): WatchedRecords {
  let reads = 0;
  const watched: WatchedRecords = {
    written: [],
    beforeTransaction: null,
    reads() {
      const count = reads;
      reads = 0;
      return count;
    },
    store: {
      properties: inner.properties,
      get: (pk, sk) => {
        reads++;
        return inner.get(pk, sk);
      },
      query: (pk, options) => {
        reads++;
        return inner.query(pk, options);
      },
      async transact(operations) {
        await watched.beforeTransaction?.(operations);
        await inner.transact(operations);
        for (const operation of operations) {
          if (operation.op === 'put') watched.written.push(operation);
        }
      },
      [Symbol.asyncDispose]: () => inner[Symbol.asyncDispose](),
    },
  };
  return watched;
}
