/**
 * Notices that the records were put back from a copy. A mark lies in the records and in a file beside them, and becomes
 * another one whenever a copy of the records was made: so whatever is put back has a mark that is over.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { newId } from '../../base/ids.ts';
import type { RecordStore } from '../../storage/index.ts';

export interface RecordsMark {
  /** The records are older than what was written into them before. */
  readonly isOver: boolean;
  /** From now on copies that were made until here are told. Broken off, the present records pass for a copy, which does no harm. */
  renew(): Promise<void>;
}

type MarkRow = { readonly mark: string };

const PLACE = { pk: 'records-mark', sk: 'mark' } as const;

export async function readRecordsMark(records: RecordStore, dataFolder: string): Promise<RecordsMark> {
  const file = join(dataFolder, 'records-mark');
  const inRecords = (await records.get<MarkRow>(PLACE.pk, PLACE.sk))?.value.mark ?? null;
  const inFile = await readFile(file, 'utf8').then(
    (text) => text.trim(),
    (error: unknown) => {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
      throw error;
    },
  );
  return {
    isOver: inRecords !== inFile,
    async renew() {
      const mark = newId();
      await records.transact([{ op: 'put', ...PLACE, value: { mark } }]);
      await writeFile(file, `${mark}\n`, { mode: 0o600 });
    },
  };
}

/**
 * The same for a table of DynamoDB, which goes back in time into another table: the id of the table is the mark, since a
 * copy holds that of the one it was made of. Records without one count as put back, which does no harm either.
 */
export async function readTableMark(records: RecordStore, tableId: string): Promise<RecordsMark> {
  const known = (await records.get<MarkRow>(PLACE.pk, PLACE.sk))?.value.mark;
  return {
    isOver: known !== tableId,
    renew: () => records.transact([{ op: 'put', ...PLACE, value: { mark: tableId } }]),
  };
}
