import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import type { ApiClient, CommandContext, Terminal } from '../../../base/commands/command.ts';
import { commandErrors } from '../../../base/commands/errors.ts';
import type { EntryView, FileView } from '../../wire.ts';
import type { RemoteTree } from '../remote/remote-tree.ts';
import { storeAll } from './store-all.ts';
import type { Transferred } from './transfer-report.ts';

const place = mkdtempSync(join(tmpdir(), 'store-all-'));
after(() => rmSync(place, { recursive: true, force: true }));

const progress = { bytes() {}, file() {}, [Symbol.dispose]() {} };
const context = {
  clock: () => 0,
  signal: new AbortController().signal,
  terminal: { progress: () => progress } as Partial<Terminal> as Terminal,
} as Partial<CommandContext> as CommandContext;

/** A drive in memory, by path. Whoever looks into a folder is told what was in it, and `whenLooked` may change that. */
function driveOf(contents: Readonly<Record<string, string>>, whenLooked: (entries: Map<string, EntryView>) => void) {
  const entries = new Map<string, EntryView>();
  let versions = 0;
  let looks = 0;
  const common = (path: string) => ({
    id: path,
    driveId: 'drive',
    folderId: 'folder',
    name: path.slice(path.lastIndexOf('/') + 1),
    createdTime: '',
  });
  const folder = (path: string): EntryView & { kind: 'folder' } => ({ kind: 'folder', ...common(path) });
  const file = (path: string, content: string): FileView => ({
    kind: 'file',
    ...common(path),
    size: content.length,
    modifiedTime: '',
    mediaType: '',
    sha256: createHash('sha256').update(content).digest('hex'),
    versionId: `version ${(versions += 1)}`,
    versionTime: '',
    copies: { primary: 'stored', backup: 'stored', count: 2 },
  });
  const put = (path: string, content: string): FileView => {
    const stored = file(path, content);
    entries.set(path, stored);
    return stored;
  };
  for (const [path, content] of Object.entries(contents)) {
    entries.set(path.slice(0, path.lastIndexOf('/')), folder(path.slice(0, path.lastIndexOf('/'))));
    put(path, content);
  }
  const upload: ApiClient['upload'] = async (_method, path, { body, headers }) => {
    const pieces: Uint8Array[] = [];
    for await (const piece of body) pieces.push(Uint8Array.from(piece));
    const name = /''(.*)/.exec(headers?.['content-disposition'] ?? '')?.[1] ?? '';
    const into = decodeURIComponent(/folders\/(.*)\/files$/.exec(path)?.[1] ?? '');
    return { outcome: 'created', entry: put(`${into}/${name}`, Buffer.concat(pieces).toString()) } as never;
  };
  const tree = {
    api: { upload } as Partial<ApiClient> as ApiClient,
    drive: { id: 'drive', kind: 'personal', rootId: 'root' } as RemoteTree['drive'],
    find: async (segments) => entries.get(segments.join('/')),
    some: async (_segments, folderId, names) => {
      looks += 1;
      const found = new Map(
        names.flatMap((name) => {
          const entry = entries.get(`${folderId}/${name}`);
          return entry ? [[name, entry] as const] : [];
        }),
      );
      whenLooked(entries);
      return found;
    },
    async makeFolder(parentId, name) {
      const made = folder(parentId === 'root' ? name : `${parentId}/${name}`);
      entries.set(made.id, made);
      return made;
    },
  } as Partial<RemoteTree> as RemoteTree;
  return { tree, put, entries, looks: () => looks };
}

async function storedInto(
  tree: RemoteTree,
  contents: Readonly<Record<string, string>>,
  { dryRun = false } = {},
): Promise<Transferred> {
  const files = Object.entries(contents).map(([path, content]) => {
    const local = join(place, path.replaceAll('/', ' '));
    writeFileSync(local, content);
    const { size, mtimeMs } = statSync(local);
    const item = { kind: 'file', path: local, below: [], size, modifiedMs: mtimeMs } as const;
    return { item, target: path.split('/') };
  });
  return await storeAll(context, tree, { files, folders: [], dryRun, jobs: 2, follow: false });
}

const outcomes = ({ results }: Transferred): Record<string, string> =>
  Object.fromEntries(results.map(({ remote, outcome }) => [remote, outcome]));

const many = Object.fromEntries(Array.from({ length: 50 }, (_, number) => [`many/${number}`, `content ${number}`]));

test('what is there unchanged is not sent, and each folder is looked at twice, however many files it has', async () => {
  const drive = driveOf(many, () => undefined);
  const stored = await storedInto(drive.tree, many);
  assert.deepEqual([...new Set(Object.values(outcomes(stored)))], ['unchanged']);
  assert.equal(stored.results.length, 50);
  assert.equal(drive.looks(), 2);
});

test('what is removed, renamed or replaced while the others are read is stored, and not told to be there', async () => {
  const contents = { 'd/kept': 'kept', 'd/removed': 'removed', 'd/renamed': 'renamed', 'd/replaced': 'replaced' };
  const drive = driveOf(contents, (entries) => {
    if (drive.looks() > 1) return;
    entries.delete('d/removed');
    entries.set('d/other', entries.get('d/renamed') as FileView);
    entries.delete('d/renamed');
    drive.put('d/replaced', 'REPLACED');
  });
  const stored = await storedInto(drive.tree, contents);
  assert.deepEqual(outcomes(stored), {
    '/d/kept': 'unchanged',
    '/d/removed': 'done',
    '/d/renamed': 'done',
    '/d/replaced': 'done',
  });
  const there = [...drive.entries.values()].filter((entry) => entry.kind === 'file');
  for (const { remote, sha256 } of stored.results) {
    assert.equal(there.find(({ id }) => `/${id}` === remote)?.sha256, sha256, remote);
  }
});

test('a folder that is removed meanwhile is made again with its files, and a dry run only tells so', async () => {
  for (const dryRun of [true, false]) {
    const drive = driveOf({ 'd/one': '1', 'd/two': '2' }, (entries) => {
      if (drive.looks() === 1) entries.clear();
    });
    const stored = await storedInto(drive.tree, { 'd/one': '1', 'd/two': '2' }, { dryRun });
    const outcome = dryRun ? 'planned' : 'done';
    assert.deepEqual(outcomes(stored), { '/d/one': outcome, '/d/two': outcome });
    assert.equal(stored.foldersMade, 1);
    assert.equal(drive.entries.has('d/one'), !dryRun);
  }
});

test('where the server is gone before the second look, the run is told not to be complete', async () => {
  const drive = driveOf(many, () => {
    if (drive.looks() > 1) throw commandErrors('server_unreachable');
  });
  const stored = await storedInto(drive.tree, many);
  assert.ok(Object.values(outcomes(stored)).includes('failed'));
  assert.ok(stored.stoppedBy);
});
