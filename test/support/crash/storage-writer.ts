/**
 * Writes objects and records into the folder named by its argument until it is killed, four at a time, and prints the
 * number of each piece of work once the stores have said that it is done. Started by test/integration/storage-kill.test.ts.
 */
import { writeSync } from 'node:fs';
import { join } from 'node:path';
import { systemClock } from '../../../src/base/clock.ts';
import { silentLog } from '../../../src/base/log.ts';
import { bytesBody, openDataLock, openFolderObjectStore, openSqliteRecordStore } from '../../../src/storage/index.ts';
import { contentOf, objectKey } from './storage-work.ts';

const [folder = '', first = '0'] = process.argv.slice(2);
await using lock = await openDataLock(folder);
await using store = await openFolderObjectStore({ folder: join(folder, 'objects'), log: silentLog });
await using records = await openSqliteRecordStore({
  path: join(folder, 'records.sqlite'),
  clock: systemClock,
  log: silentLog,
});
writeSync(2, `writing under ${lock.path}\n`);

let next = Number(first);
const work = async (): Promise<never> => {
  for (;;) {
    const n = next;
    next += 1;
    const createOnly = n % 2 === 0;
    const content = contentOf(n);
    const info = await store.put(objectKey(n), bytesBody(content), { createOnly });
    await records.transact([
      { op: 'put', pk: 'left', sk: String(n), value: { size: info.size }, if: 'absent' },
      { op: 'put', pk: 'right', sk: String(n), value: { size: info.size }, if: 'absent' },
    ]);
    if (n % 7 === 0) await store.delete(objectKey(n));
    writeSync(1, `${n}\n`);
  }
};
await Promise.all([work(), work(), work(), work()]);
