import type { RecordOperation, RecordStore } from '../../../src/storage/index.ts';

export interface FaultedRecordCall {
  readonly operation: 'get' | 'query' | 'transact';
  /** For get and query; '' for a transaction. */
  readonly pk: string;
  /** For a transaction. */
  readonly operations: readonly RecordOperation[];
  /** Which call of this operation it is, from 1. */
  readonly nth: number;
}

/** What goes wrong with one call. */
export interface RecordFault {
  /** Waited for before anything is done. */
  readonly hold?: Promise<unknown>;
  /** Thrown instead of the call. */
  readonly before?: Error;
  /** Thrown although the call was done: the answer that got lost. */
  readonly after?: Error;
}

/** A record store that fails as the plan says; calls without a fault go through untouched. */
export function withRecordFaults(
  records: RecordStore,
  plan: (call: FaultedRecordCall) => RecordFault | undefined,
): RecordStore {
  const counts = { get: 0, query: 0, transact: 0 };
  const faulty = async <Result>(
    operation: FaultedRecordCall['operation'],
    pk: string,
    operations: readonly RecordOperation[],
    call: () => Promise<Result>,
  ): Promise<Result> => {
    counts[operation] += 1;
    const fault = plan({ operation, pk, operations, nth: counts[operation] });
    await fault?.hold;
    if (fault?.before) throw fault.before;
    const result = await call();
    if (fault?.after) throw fault.after;
    return result;
  };
  return {
    properties: records.properties,
    get: (pk, sk) => faulty('get', pk, [], () => records.get(pk, sk)),
    query: (pk, options) => faulty('query', pk, [], () => records.query(pk, options)),
    transact: (operations) => faulty('transact', '', operations, () => records.transact(operations)),
    [Symbol.asyncDispose]: () => records[Symbol.asyncDispose](),
  };
}
