/**
 * Does one of everything that has to survive a power cut with the stores, the records, the keys and what verbs write for
 * people, in the folder named by its argument, and says so after each. Run below strace by test/faults/sync-mutants.test.ts.
 */
import { createHash } from 'node:crypto';
import { writeSync } from 'node:fs';
import { join } from 'node:path';
import { openWorkspaceKey, ringInFile } from '../../../src/accounts/index.ts';
import { writeOutputFile } from '../../../src/age/output-file.ts';
import { systemClock } from '../../../src/base/clock.ts';
import type { ApiClient } from '../../../src/base/commands/command.ts';
import { silentLog } from '../../../src/base/log.ts';
import { makeDataFolder } from '../../../src/compose/data-folder.ts';
import { downloadFile } from '../../../src/files/commands/transfer/download.ts';
import {
  bytesBody,
  openFolderObjectStore,
  openPrivateFolder,
  openSqliteRecordStore,
  syncFolder,
} from '../../../src/storage/index.ts';

const [place = ''] = process.argv.slice(2);
const folder = join(place, 'of', 'data');
const log = silentLog;
const clock = systemClock;
const body = () => bytesBody(Buffer.alloc(700_000, 7));
const done = (what: string): void => void writeSync(1, `done ${what}\n`);

await makeDataFolder(folder);
done('data folder');
await using records = await openSqliteRecordStore({ path: join(folder, 'deep', 'er', 'records.sqlite'), clock, log });
await records.transact([{ op: 'put', pk: 'one', sk: 'row', value: { is: 'written' } }]);
done('records');
await using store = await openFolderObjectStore({ folder: join(folder, 'sto', 're'), log });
done('open');
await store.put('a/b/new', body(), { createOnly: true });
done('put');
await store.put('a/b/new', body());
done('replace');
// Large enough that some of it is written back before the end.
await store.put('a/b/large', bytesBody(Buffer.alloc(40 * 2 ** 20, 7)));
done('large');
await store.copy('a/b/new', 'a/c/copy');
done('copy');
const small = { size: 3, createOnly: true };
const together = { folder: join(folder, 'to', 'gether'), log, togetherFrom: 1 };
await using many = await openFolderObjectStore(together);
await Promise.all(['a', 'b', 'c'].map((name) => many.put(`s/${name}`, bytesBody(Buffer.from('abc')), small)));
done('puts together');
await store.delete('a/c/copy');
done('delete');
const { uploadId } = await store.multipart.create('a/d/large');
done('begin an upload in parts');
const part = await store.multipart.putPart('a/d/large', uploadId, 1, body());
done('part');
await store.multipart.complete('a/d/large', uploadId, [part]);
done('complete');
await records.backup(join(folder, 'backup.sqlite'));
done('backup');
await openPrivateFolder().write(join(folder, 'pri', 'vate', 'receipt.json'), '{}', true);
done('receipt of a guard');
const file = join(folder, 'secrets', 'workspace.key');
await openWorkspaceKey({ place: ringInFile(file, log), records, clock, log, beforeNew: async () => undefined });
done('key');
const words = Buffer.from('words of somebody');
const stream = async function* (): AsyncGenerator<Uint8Array> {
  yield words;
};
await writeOutputFile(join(folder, 'streamed.age'), { stream });
await writeOutputFile(join(folder, 'filled.age'), { stream, fill: async (output) => void (await output.write(words)) });
done('output of age');
const refused = (): Promise<never> => Promise.reject(new Error('Ask a server: here nothing but a download is'));
const api: ApiClient = {
  ...{ url: '', get: refused, post: refused, delete: refused, upload: refused, live: refused },
  download: () => Promise.resolve({ status: 200, headers: {}, body: stream() }),
};
await downloadFile(
  api,
  {
    ...{ path: '', size: words.length, modifiedTime: '2026-01-01T00:00:00Z' },
    sha256: createHash('sha256').update(words).digest('hex'),
  },
  {
    ...{ target: join(folder, 'fetched.txt'), shown: 'fetched.txt', replaces: null },
    progress: { bytes: () => undefined, file: () => undefined, [Symbol.dispose]: () => undefined },
    signal: new AbortController().signal,
  },
);
// A download promises that what has its name is whole. The name itself may be forgotten: the server has the file still.
await syncFolder(folder);
done('download');
