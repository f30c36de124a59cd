import { networkErrors } from '../../errors.ts';
import type { FlowBatch } from '../flow-batch.ts';
import { addressWords } from '../address-words.ts';

/** Names that a document takes as they are: no operator, no path, none of our own. */
const NAME = /^[A-Za-z][\w-]{0,127}$/;
const ENDS: ReadonlySet<string> = new Set(['id.orig_h', 'id.orig_p', 'id.resp_h', 'id.resp_p']);

/** Throws `flows_batch_invalid`. */
export function checkRecords({ conn, logs, notices }: Pick<FlowBatch, 'conn' | 'logs' | 'notices'>): void {
  for (const record of [...conn, ...logs]) {
    if (!addressWords(record['id.orig_h']) || !addressWords(record['id.resp_h'])) wrong(`no address in ${record.uid}`);
  }
  for (const record of [...conn, ...logs, ...notices]) {
    const name = Object.keys(record).find((each) => (!NAME.test(each) && !ENDS.has(each)) || each === 'id');
    if (name !== undefined) wrong(`a field is called “${name.slice(0, 64)}”`);
  }
}

function wrong(detail: string): never {
  throw networkErrors('flows_batch_invalid', { attempted: 'Store flows in MongoDB', detail });
}
