import type { RecordOperation, RecordStore } from '../../../storage/index.ts';
import { rowsOf } from '../../records.ts';

/** All rows of a host, or those whose key begins so. */
export async function deleteRows(records: RecordStore, hostId: string, prefix?: string): Promise<void> {
  const options = { limit: 100, ...(prefix === undefined ? {} : { prefix }) };
  for (;;) {
    const { items } = await records.query(rowsOf(hostId), options);
    if (items.length === 0) return;
    await records.transact(items.map(({ pk, sk }): RecordOperation => ({ op: 'delete', pk, sk })));
  }
}
