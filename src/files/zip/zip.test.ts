import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { crc32, inflateRawSync } from 'node:zlib';
import fc from 'fast-check';
import { memoryObjectStore, readBody, type ObjectStore } from '../../storage/index.ts';
import { code, put, testFiles } from '../test-files.ts';
import { zipNames } from './zip-names.ts';
import { zipArchive, type ZipItem, type ZipLimits } from './zip-writer.ts';

interface Found {
  readonly path: string;
  readonly bytes: Buffer;
}

/** Reads an archive the way programs do: by the directory at its end. Throws when there is none. */
function unzip(zip: Buffer): Found[] {
  const end = zip.lastIndexOf(Buffer.from([0x50, 0x4b, 5, 6]));
  assert.notEqual(end, -1, 'there is no end of a directory');
  let count = zip.readUInt16LE(end + 10);
  let at = zip.readUInt32LE(end + 16);
  if (zip.length >= 42 && zip.readUInt32LE(end - 20) === 0x07_06_4b_50) {
    const long = Number(zip.readBigUInt64LE(end - 12));
    assert.equal(zip.readUInt32LE(long), 0x06_06_4b_50);
    count = Number(zip.readBigUInt64LE(long + 32));
    at = Number(zip.readBigUInt64LE(long + 48));
  }
  const found: Found[] = [];
  for (let index = 0; index < count; index++) {
    assert.equal(zip.readUInt32LE(at), 0x02_01_4b_50);
    const [nameBytes, extraBytes] = [zip.readUInt16LE(at + 28), zip.readUInt16LE(at + 30)];
    const path = zip.toString('utf8', at + 46, at + 46 + nameBytes);
    const wide: number[] = [];
    for (let extra = at + 46 + nameBytes; extra < at + 46 + nameBytes + extraBytes;) {
      const [id, length] = [zip.readUInt16LE(extra), zip.readUInt16LE(extra + 2)];
      for (let each = 0; id === 1 && each < length; each += 8) wide.push(Number(zip.readBigUInt64LE(extra + 4 + each)));
      extra += 4 + length;
    }
    const value = (field: number): number => {
      const short = zip.readUInt32LE(field);
      return short === 0xff_ff_ff_ff ? (wide.shift() ?? Number.NaN) : short;
    };
    const [size, packed, offset] = [value(at + 24), value(at + 20), value(at + 42)];
    assert.equal(zip.readUInt32LE(offset), 0x04_03_4b_50);
    const start = offset + 30 + zip.readUInt16LE(offset + 26) + zip.readUInt16LE(offset + 28);
    const method = zip.readUInt16LE(at + 10);
    const bytes = method === 8 ? inflateRawSync(zip.subarray(start, start + packed)) : Buffer.alloc(0);
    assert.equal(bytes.length, size);
    assert.equal(crc32(bytes), zip.readUInt32LE(at + 16));
    found.push({ path, bytes });
    at += 46 + nameBytes + extraBytes;
  }
  return found;
}

async function* items(files: Readonly<Record<string, Buffer>>): AsyncGenerator<ZipItem> {
  for (const [path, bytes] of Object.entries(files)) {
    const read = async function* (): AsyncGenerator<Uint8Array> {
      yield bytes.subarray(0, 10);
      yield bytes.subarray(10);
    };
    yield { kind: 'file', path, size: bytes.length, modifiedMs: Date.UTC(2026, 1, 3), level: 1, read };
  }
}

test('what goes into an archive comes out of it, also past the limits of the old format', async () => {
  const small: ZipLimits = { max32: 200, max16: 3 };
  await fc.assert(
    fc.asyncProperty(
      fc.dictionary(fc.string({ minLength: 1, maxLength: 20 }), fc.uint8Array({ maxLength: 400 }), { maxKeys: 6 }),
      fc.boolean(),
      async (given, beyond) => {
        const files = Object.fromEntries(Object.entries(given).map(([name, bytes]) => [name, Buffer.from(bytes)]));
        const zip = await readBody(zipArchive(items(files), beyond ? small : undefined));
        assert.deepEqual(
          unzip(zip).map(({ path, bytes }) => [path, bytes]),
          Object.entries(files).map(([path, bytes]) => [Buffer.from(path).toString(), bytes]),
        );
      },
    ),
    { numRuns: 60 },
  );
});

test('an archive of more entries than 16 bits can count has them all', async () => {
  const many = async function* (): AsyncGenerator<ZipItem> {
    for (let index = 0; index < 70_000; index++) yield { kind: 'folder', path: `f${index}`, modifiedMs: 0 };
  };
  const found = unzip(await readBody(zipArchive(many())));
  assert.equal(found.length, 70_000);
  assert.equal(found.at(-1)?.path, 'f69999/');
});

test('a folder comes with all that lies in it, empty folders too, and with the newest content', async (t) => {
  const { files, join } = testFiles(t);
  const ada = await join();
  const make = async (name: string, folderId = 'root') =>
    (await files.makeFolder(ada.session, ada.driveId, folderId, { name })).id;
  const photos = await make('Photos: 2026');
  const deep = await make('深い', photos);
  await make('empty', photos);
  const bytes = randomBytes(300_000);
  await put(files, ada, 'old.txt', 'old', { folderId: photos });
  await put(files, ada, 'old.txt', 'new', { folderId: photos });
  await put(files, ada, 'big.bin', bytes, { folderId: deep });
  await put(files, ada, 'empty.txt', '', { folderId: deep });
  await put(files, ada, 'elsewhere', 'x');
  const zip = await files.zip(ada.session, ada.driveId, photos);
  assert.equal(zip.name, 'Photos_ 2026.zip');
  const found = new Map(unzip(await readBody(zip.read())).map(({ path, bytes: content }) => [path, content]));
  assert.deepEqual(
    [...found.keys()].toSorted(),
    ['', 'empty/', 'old.txt', '深い/', '深い/big.bin', '深い/empty.txt'].map((path) => `Photos_ 2026/${path}`),
  );
  assert.equal(found.get('Photos_ 2026/old.txt')?.toString(), 'new');
  assert.deepEqual(found.get('Photos_ 2026/深い/big.bin'), bytes);
  const eve = await join('Eve');
  await assert.rejects(files.zip(eve.session, ada.driveId, photos), code('drive_not_found'));
});

test('an archive with a file that cannot be read has no end', async (t) => {
  const inner = memoryObjectStore();
  let broken = '';
  const damaged: ObjectStore = {
    ...inner,
    async get(key, options) {
      if (broken !== '' && key.includes(broken)) return inner.get('nothing', options);
      return inner.get(key, options);
    },
  };
  const setup = testFiles(t, { primary: damaged });
  const { files } = setup;
  const ada = await setup.join();
  const folder = (await files.makeFolder(ada.session, ada.driveId, 'root', { name: 'f' })).id;
  await put(files, ada, 'good', 'good', { folderId: folder });
  const before = new Set((await inner.list({ prefix: 'drives/' })).objects.map(({ key }) => key));
  await put(files, ada, 'bad', 'bad', { folderId: folder });
  await files.copyDue();
  const added = (await inner.list({ prefix: 'drives/' })).objects.find(({ key }) => !before.has(key));
  broken = added?.key ?? '';
  await setup.backup.delete(broken);
  const pieces: Buffer[] = [];
  const reading = async (): Promise<void> => {
    for await (const piece of (await files.zip(ada.session, ada.driveId, folder)).read()) pieces.push(piece);
  };
  await assert.rejects(reading(), code('object_damaged'));
  assert.equal(Buffer.concat(pieces).indexOf(Buffer.from([0x50, 0x4b, 5, 6])), -1);
});

test('names that Windows cannot hold are changed, and of names it takes for one each is kept apart', () => {
  const nameIn = zipNames();
  const given = ['plan.pdf', 'a:b?.txt', 'dots...', 'end ', 'CON', 'nul.txt', 'com1.log', 'Plan.PDF', 'plan.pdf', '.x'];
  const expected = [
    'plan.pdf',
    'a_b_.txt',
    'dots___',
    'end_',
    '_CON',
    '_nul.txt',
    '_com1.log',
    'Plan (2).PDF',
    'plan (3).pdf',
    '.x',
  ];
  assert.deepEqual(given.map(nameIn), expected);
  const long = `${'ä'.repeat(125)}.txt`;
  assert.equal(nameIn(long), long);
  const second = nameIn(long);
  assert.ok(Buffer.byteLength(second) <= 255 && second.endsWith(' (2).txt'), second);
});
