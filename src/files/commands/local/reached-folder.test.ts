import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { hashFile } from '../transfer/upload.ts';
import { reachFolder } from './reached-folder.ts';

const place = mkdtempSync(join(tmpdir(), 'reached-'));
after(() => rmSync(place, { recursive: true, force: true }));
const way = (root: string, ...below: string[]) => ({ root, folder: join(root, ...below), verb: 'Write into' });
const linux = process.platform !== 'linux' && 'folders are held on Linux alone';

test('what is written into a folder stays in it when a link takes its place meanwhile', { skip: linux }, async () => {
  const root = join(place, 'swapped');
  mkdirSync(join(place, 'outside'));
  await using folder = await reachFolder(way(root, 'a', 'b'), { make: true });
  renameSync(join(root, 'a'), join(root, 'away'));
  symlinkSync(join(place, 'outside'), join(root, 'a'));
  mkdirSync(join(place, 'outside/b'));
  await writeFile(join(folder.at, 'x'), 'x');
  assert.deepEqual(readdirSync(join(root, 'away/b')), ['x']);
  assert.deepEqual(readdirSync(join(place, 'outside/b')), []);
});

test('no link below the place that was named is gone through, whatever it is called', async () => {
  const root = join(place, 'links');
  mkdirSync(join(root, 'real'), { recursive: true });
  for (const name of ['sub', '..sub', '...']) {
    symlinkSync(place, join(root, name));
    for (const make of [true, false]) {
      await assert.rejects(reachFolder(way(root, name, 'deep'), { make }), { code: 'local_path_unusable' }, name);
    }
  }
  assert.equal(existsSync(join(place, 'deep')), false);
  // The place itself may be one.
  symlinkSync(root, join(place, 'named'));
  await using _ = await reachFolder(way(join(place, 'named'), 'real'));
});

test('what is read is the file that was found: no link on the way to it, and no queue in its place', async () => {
  const root = join(place, 'read');
  mkdirSync(join(root, 'd'), { recursive: true });
  writeFileSync(join(root, 'd/x'), 'of ada');
  const found = { path: join(root, 'd/x'), below: ['d', 'x'] };
  const progress = { bytes() {}, file() {}, [Symbol.dispose]() {} };
  const local = { ...found, attempted: 'Write “x”' };
  const read = async () => await hashFile(local, false, progress, AbortSignal.timeout(10_000));
  assert.match(await read(), /^[0-9a-f]{64}$/);
  renameSync(join(root, 'd'), join(root, 'away'));
  mkdirSync(join(place, 'secret'));
  writeFileSync(join(place, 'secret/x'), 'of root');
  symlinkSync(join(place, 'secret'), join(root, 'd'));
  await assert.rejects(read(), { code: 'local_path_unusable' });
  rmSync(join(root, 'd'));
  mkdirSync(join(root, 'd'));
  if (process.platform === 'win32') return;
  execFileSync('mkfifo', [join(root, 'd/x')]);
  await assert.rejects(read(), { code: 'local_path_unusable', attempted: 'Write “x”' });
});
