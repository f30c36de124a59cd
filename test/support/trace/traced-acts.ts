/** One of each act on a real server, watched by its system calls, and what was out of order in each. */
import { join } from 'node:path';
import type { CopiedView, FolderView, StoredView } from '../../../src/files/wire.ts';
import { named, octets } from '../crash/act.ts';
import { bodyOf } from '../crash/drive/bodies.ts';
import type { DriveClient } from '../crash/drive/client.ts';
import type { ServedWorkspace } from '../crash/served-workspace.ts';
import { workLeft } from '../crash/stores-and-records.ts';
import {
  copyBeforeRecord,
  exchanges,
  objectsBeforeRecords,
  oneExchange,
  purgeInOrder,
  recordsBeforeAnswer,
} from './order.ts';
import type { Call } from './calls.ts';
import { hidesFileCalls, traceWhile } from './strace.ts';

/** By act: what was out of order, a sentence each. */
export type Breaches = Map<string, readonly string[]>;

/** Several pieces of a stream, and several of the writes that those are gathered into. */
const BYTES = 400_000;
const AT_ONCE = 6;

/** `only`: the names of the acts to be watched; the others are done all the same. */
export async function tracedActs(workspace: ServedWorkspace, only?: readonly string[]): Promise<Breaches> {
  const { server, client } = await workspace.start();
  const { dataFolder } = workspace;
  const found: Breaches = new Map();
  const drive = `/drives/${client.driveId}`;
  let traces = 0;

  const idle = async (): Promise<void> => {
    while (workLeft(dataFolder).length > 0) await new Promise((resolve) => setTimeout(resolve, 20));
  };
  const traced = async <Reply>(
    name: string,
    act: () => Promise<Reply>,
    judge: (calls: readonly Call[], reply: Reply) => string[],
  ): Promise<void> => {
    if (only && !only.includes(name)) return void (await act());
    await idle();
    traces += 1;
    const watched = async (): Promise<Reply> => {
      const reply = await act();
      await idle();
      return reply;
    };
    const { calls, result } = await traceWhile(server.pid, join(dataFolder, '..', `trace-${traces}`), watched);
    found.set(name, judge(calls, result));
  };

  const folder = await client.ask<FolderView>('POST', `${drive}/folders/root/folders`, { name: 'folder' });
  const first = await upload(client, 'root', 'first');
  const alone = await upload(client, folder.id, 'alone');
  const stored = (calls: readonly Call[], { entry }: StoredView): string[] => {
    const exchange = oneExchange(calls);
    return [
      ...objectsBeforeRecords(calls, dataFolder, 1),
      ...recordsBeforeAnswer(exchange, dataFolder, entry.id),
      ...recordsBeforeAnswer(exchange, dataFolder, entry.versionId),
      ...copyBeforeRecord(calls, dataFolder),
    ];
  };
  const onlyRecords =
    (...ids: string[]) =>
    (calls: readonly Call[]): string[] => {
      const exchange = oneExchange(calls);
      return [
        ...objectsBeforeRecords(calls, dataFolder, 0),
        ...ids.flatMap((id) => recordsBeforeAnswer(exchange, dataFolder, id)),
      ];
    };

  await traced('upload', () => upload(client, 'root', 'second'), stored);
  await traced('version', () => upload(client, 'root', 'first', 'again'), stored);
  await traced(
    'uploads at once',
    () => Promise.all(Array.from({ length: AT_ONCE }, (_, number) => upload(client, 'root', `many-${number}`))),
    (calls, replies) => [
      ...objectsBeforeRecords(calls, dataFolder, AT_ONCE),
      ...replies.flatMap(({ entry: { id } }) => {
        const exchange = exchanges(calls).find(({ answer }) => answer.args.includes(id));
        return exchange ? recordsBeforeAnswer(exchange, dataFolder, id) : ['an answer was not seen'];
      }),
    ],
  );
  const { id } = first.entry;
  const move = (json: object): Promise<unknown> => client.ask('POST', `${drive}/entries/${id}/move`, json);
  await traced('move', () => move({ folderId: folder.id }), onlyRecords(id));
  await traced('rename', () => move({ name: 'renamed' }), onlyRecords(id));
  await traced(
    'folder made',
    () => client.ask<FolderView>('POST', `${drive}/folders/root/folders`, { name: 'another' }),
    (calls, made) => onlyRecords(made.id)(calls),
  );
  const copy = (of: string, name: string): Promise<CopiedView> =>
    client.ask<CopiedView>('POST', `${drive}/entries/${of}/copy`, { folderId: 'root', name });
  for (const [name, of] of [
    ['copy of a file', alone.entry.id],
    ['copy of a folder', folder.id],
  ] as const) {
    await traced(
      name,
      () => copy(of, name),
      (calls, { entry }) => onlyRecords(entry.id)(calls),
    );
  }
  const trash = (of: string): Promise<unknown> => client.ask('POST', `${drive}/entries/${of}/trash`);
  await traced('trash', () => trash(id), onlyRecords(id));
  const gone = await upload(client, 'root', 'gone');
  await trash(gone.entry.id);
  await traced(
    'purge',
    () => client.call('DELETE', `${drive}/trash/${gone.entry.id}`),
    (calls) => purgeInOrder(oneExchange(calls), dataFolder, gone.entry.id),
  );
  if (await hidesFileCalls(server.pid)) found.set('all', ['files go by way of io_uring, where no call can be seen']);
  server.child.kill('SIGKILL');
  await server.ended;
  return found;
}

async function upload(client: DriveClient, folderId: string, name: string, content = name): Promise<StoredView> {
  const headers = { ...octets, ...named(name) };
  const body = new Uint8Array(bodyOf(content, BYTES).bytes);
  const path = `/drives/${client.driveId}/folders/${folderId}/files`;
  const stored = await client.call<StoredView>('POST', path, { body, headers });
  if (!stored) throw new Error(`Upload ${name}: no answer`);
  return stored;
}
