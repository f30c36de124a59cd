import type { Clock } from '../../base/clock.ts';
import { systemClock } from '../../base/clock.ts';
import { newId } from '../../base/ids.ts';
import { storageErrors } from '../errors.ts';
import type { ExpirySweeper } from './expiry-sweep.ts';
import { assertRecordKey, MAX_PAGE_BYTES, prepareTransaction, resolveQuery } from './record-rules.ts';
import type { JsonObject, QueryOptions, RecordCondition, RecordItem, RecordStore } from './record-store.ts';

interface Stored {
  /** As JSON, so that nobody can change a stored value through a reference. */
  readonly json: string;
  readonly revision: string;
  readonly expiresAtMs: number | undefined;
}

/** A record store that forgets everything with the process: for tests and for trying things out. */
export function memoryRecordStore(options: { readonly clock?: Clock } = {}): RecordStore & ExpirySweeper {
  const { clock = systemClock } = options;
  const partitions = new Map<string, Map<string, Stored>>();
  let closed = false;

  const assertOpen = (attempted: string): void => {
    if (closed) throw storageErrors('records_unavailable', { attempted, detail: 'the store is closed' });
  };
  const isExpired = (stored: Stored): boolean => stored.expiresAtMs !== undefined && stored.expiresAtMs <= clock();
  const find = (pk: string, sk: string): Stored | undefined => {
    const stored = partitions.get(pk)?.get(sk);
    return stored && !isExpired(stored) ? stored : undefined;
  };
  const itemOf = <Value extends JsonObject>(pk: string, sk: string, stored: Stored): RecordItem<Value> => {
    const item = { pk, sk, value: JSON.parse(stored.json) as Value, revision: stored.revision };
    return stored.expiresAtMs === undefined ? item : { ...item, expiresAtMs: stored.expiresAtMs };
  };
  const remove = (pk: string, sk: string): void => {
    const partition = partitions.get(pk);
    partition?.delete(sk);
    if (partition?.size === 0) partitions.delete(pk);
  };

  return {
    properties: { url: 'memory:', backup: false },

    async get<Value extends JsonObject>(pk: string, sk: string) {
      const attempted = 'Read a record';
      assertRecordKey(pk, sk, attempted);
      assertOpen(attempted);
      const stored = find(pk, sk);
      return stored ? itemOf<Value>(pk, sk, stored) : null;
    },

    async query<Value extends JsonObject>(pk: string, queryOptions: QueryOptions = {}) {
      const attempted = 'Read records';
      const { low, high, limit } = resolveQuery(pk, queryOptions, attempted);
      assertOpen(attempted);
      const found = [...(partitions.get(pk) ?? [])]
        .filter(([sk, stored]) => sk >= low && sk < high && !isExpired(stored))
        .toSorted(([a], [b]) => (a < b ? -1 : 1));
      if (queryOptions.reverse) found.reverse();
      const items: RecordItem<Value>[] = [];
      let bytes = 0;
      for (const [sk, stored] of found) {
        bytes += stored.json.length;
        const last = items.at(-1);
        if (last && (items.length === limit || bytes > MAX_PAGE_BYTES)) return { items, next: last.sk };
        items.push(itemOf<Value>(pk, sk, stored));
      }
      return { items };
    },

    async transact(operations) {
      const attempted = 'Write records';
      const prepared = prepareTransaction(operations, attempted);
      assertOpen(attempted);
      // No await between the checks and the writes: that is what makes it one transaction.
      for (const [index, { operation }] of prepared.entries()) {
        if (operation.if !== undefined && !holds(operation.if, find(operation.pk, operation.sk))) {
          throw storageErrors('record_conflict', { attempted, extra: { index } });
        }
      }
      const revision = newId();
      for (const { operation, json } of prepared) {
        const { op, pk, sk } = operation;
        if (op === 'put') {
          const partition = partitions.get(pk) ?? new Map<string, Stored>();
          partitions.set(pk, partition.set(sk, { json, revision, expiresAtMs: operation.expiresAtMs }));
        } else if (op === 'delete') remove(pk, sk);
      }
    },

    async removeExpired(limit) {
      assertOpen('Remove expired records');
      let removed = 0;
      for (const [pk, partition] of partitions) {
        for (const [sk, stored] of partition) {
          if (removed === limit) return removed;
          if (!isExpired(stored)) continue;
          remove(pk, sk);
          removed += 1;
        }
      }
      return removed;
    },

    async [Symbol.asyncDispose]() {
      closed = true;
      partitions.clear();
    },
  };
}

function holds(condition: RecordCondition, stored: Stored | undefined): boolean {
  if (condition === 'absent') return stored === undefined;
  if (condition === 'present') return stored !== undefined;
  return stored?.revision === condition.revision;
}
