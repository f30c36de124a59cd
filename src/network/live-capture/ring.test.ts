import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm, stat, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { pcap } from '../../../test/support/network/bytes/capture.ts';
import { hasCode } from '../../base/errors.ts';
import { FILE_HEADER_BYTES } from './packet-edges.ts';
import { openRing } from './ring.ts';

const HOUR_MS = 3_600_000;
const MIB = 2 ** 20;

async function scratch() {
  const folder = await mkdtemp(join(tmpdir(), 'ring-'));
  return { folder, [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }) };
}

function packets(number: number, bytes: number): Uint8Array {
  const frame = Array.from({ length: bytes }, (_, at) => at & 255);
  return pcap(Array.from({ length: number }, (_, index) => ({ atUs: index, frame })));
}

async function filesIn(folder: string) {
  const names = (await readdir(folder)).toSorted();
  return await Promise.all(names.map((name) => readFile(join(folder, name))));
}

test('files of the ring begin as captures do, are cut between packets, and together hold all that came', async () => {
  await using place = await scratch();
  const capture = packets(2000, 200);
  {
    await using ring = await openRing({
      folder: place.folder,
      limits: { bytes: MIB, ageMs: HOUR_MS },
      clock: Date.now,
    });
    for (let at = 0; at < capture.length; at += 1003) await ring.write(capture.subarray(at, at + 1003));
  }
  const files = await filesIn(place.folder);
  assert.ok(files.length > 4, `${files.length} files`);
  for (const file of files) {
    assert.deepEqual(file.subarray(0, FILE_HEADER_BYTES), Buffer.from(capture.subarray(0, FILE_HEADER_BYTES)));
    assert.equal((file.length - FILE_HEADER_BYTES) % 216, 0);
  }
  const joined = Buffer.concat(files.map((file) => file.subarray(FILE_HEADER_BYTES)));
  assert.ok(joined.equals(capture.subarray(FILE_HEADER_BYTES)));
});

test('the oldest files go by size and by age, none but our own, and nobody else can read them', async () => {
  await using place = await scratch();
  const foreign = join(place.folder, 'evidence.pcap');
  const old = join(place.folder, 'holdfast-20200101T000000000Z-000001.pcap');
  for (const path of [foreign, old]) {
    await writeFile(path, 'x');
    await utimes(path, 0, 0);
  }
  // Listed, and gone when it is looked at.
  const gone = join(place.folder, 'holdfast-20200101T000000000Z-000002.pcap');
  await symlink(join(place.folder, 'nowhere'), gone);
  const capture = packets(12_000, 200);
  {
    await using ring = await openRing({
      folder: place.folder,
      limits: { bytes: MIB, ageMs: HOUR_MS },
      clock: Date.now,
    });
    await assert.rejects(stat(old), { code: 'ENOENT' });
    for (let at = 0; at < capture.length; at += 30_000) await ring.write(capture.subarray(at, at + 30_000));
    await rm(gone);
  }
  const names = (await readdir(place.folder)).filter((name) => name.startsWith('holdfast-'));
  const stats = await Promise.all(names.map((name) => stat(join(place.folder, name))));
  const bytes = stats.reduce((sum, { size }) => sum + size, 0);
  assert.ok(bytes <= MIB && bytes > MIB / 2, `${bytes} bytes`);
  assert.ok(stats.every(({ mode }) => (mode & 0o077) === 0));
  assert.equal(await readFile(foreign, 'utf8'), 'x');
  const last = (await filesIn(place.folder)).findLast((file) => file.length > 1);
  assert.ok(Buffer.from(capture).subarray(-200).equals(last!.subarray(-200)));
});

test('a folder that is none is told before anything is captured', async () => {
  await using place = await scratch();
  const folder = join(place.folder, 'file');
  await writeFile(folder, '');
  const opening = openRing({ folder, limits: { bytes: MIB, ageMs: HOUR_MS }, clock: Date.now });
  await assert.rejects(opening, (error) => hasCode(error, 'network_ring_failed'));
});
