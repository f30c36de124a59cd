/** Packs flows and writes them, in a thread of its own: see flow-writer.ts. */
import { parentPort, workerData } from 'node:worker_threads';
import { type ErrorDetail, HoldfastError } from '../../../../base/errors.ts';
import { collectYoung } from '../../../../base/memory/young-collection.ts';
import { networkErrors } from '../../../errors.ts';
import { FlowColumns, type SharedColumns } from '../../../records/flow-columns.ts';
import type { AnalysedBatch } from '../../flow-batch.ts';
import { openSqliteFlowStore, type SqliteFlowsOptions } from '../sqlite.ts';

type Code = keyof typeof networkErrors.entries;

/** One at a time. */
export type WriterTask =
  | {
      readonly kind: 'add';
      readonly batch: Omit<AnalysedBatch, 'columns'>;
      readonly columns: SharedColumns;
      /** By the clock of whoever asks. */
      readonly nowMs: number;
    }
  | { readonly kind: 'end' };

/** To each `add`. An error of ours would come without its class. */
export type WriterAnswer =
  | { readonly kind: 'stored'; readonly isNew: boolean }
  | { readonly kind: 'refused'; readonly code: Code; readonly why: ErrorDetail }
  | { readonly kind: 'failed'; readonly error: unknown };

/** Bytes beside the heap that packing and adding up takes of each flow. */
const MADE_OF_A_FLOW = 128;

const tellMade = collectYoung();
let nowMs = 0;
const options = workerData as Omit<SqliteFlowsOptions, 'clock'>;
const opening = openSqliteFlowStore({ ...options, clock: () => nowMs });
// It is told of with the first batch.
opening.catch(() => undefined);

parentPort?.on('message', (task: WriterTask) => {
  void answer(task).then((answered) => {
    if (answered) parentPort?.postMessage(answered, []);
    else parentPort?.close();
  });
});

/** `null`: there is no more to do. */
async function answer(task: WriterTask): Promise<WriterAnswer | null> {
  try {
    const store = await opening;
    if (task.kind === 'end') {
      await store[Symbol.asyncDispose]();
      return null;
    }
    ({ nowMs } = task);
    const isNew = await store.add({ ...task.batch, columns: FlowColumns.of(task.columns) });
    tellMade(task.columns.count * MADE_OF_A_FLOW);
    return { kind: 'stored', isNew };
  } catch (error) {
    return task.kind === 'end' ? null : failure(error);
  }
}

function failure(error: unknown): WriterAnswer {
  if (!(error instanceof HoldfastError) || !(error.code in networkErrors.entries)) return { kind: 'failed', error };
  const { code, attempted, detail, remedy, extra } = error;
  const why = { ...(attempted && { attempted }), ...(detail && { detail }), remedy, extra };
  return { kind: 'refused', code: code as Code, why };
}
