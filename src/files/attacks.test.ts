import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { encryptBytes, parseRecipient } from '../age/index.ts';
import { bytesBody, readBody, type ObjectStore } from '../storage/index.ts';
import { code, get, put, testFiles, type TestFiles, type TestPerson } from './test-files.ts';
import type { ObjectRow } from './records.ts';
import type { FileView } from './wire.ts';

/** Somebody who holds the buckets and every public key, but no secret one. */
interface Attack {
  readonly name: string;
  /** What to put in the place of the victim's newest object. */
  readonly forge: (place: Place) => Promise<Buffer>;
}

interface Place {
  readonly victim: Buffer;
  /** The object of the same file's version before. */
  readonly older: Buffer;
  /** The object of another file of the drive, of the same size. */
  readonly other: Buffer;
  /** The drive's public key. */
  readonly recipient: string;
  readonly size: number;
}

const HEADER_CLASSIC = 168;

const attacks: Attack[] = [
  { name: 'swapped with another object of the drive', forge: async ({ other }) => other },
  { name: 'replaced by an older version of the same file', forge: async ({ older }) => older },
  {
    name: 'forged with the public key of the drive',
    forge: async ({ recipient, size }) => encryptBytes(randomBytes(size), [parseRecipient(recipient)]),
  },
  {
    name: 'flipped in one bit near its end',
    forge: async ({ victim }) => {
      const bytes = Buffer.from(victim);
      bytes.writeUInt8(bytes.readUInt8(bytes.length - 20) ^ 1, bytes.length - 20);
      return bytes;
    },
  },
  { name: 'cut off after its second chunk', forge: async ({ victim }) => victim.subarray(0, HEADER_CLASSIC + 131_120) },
  { name: 'lengthened', forge: async ({ victim }) => Buffer.concat([victim, Buffer.from('x')]) },
];

const SIZE = 200_000;
const spans = [undefined, { start: 0, end: 10 }, { start: 65_530, end: 131_080 }, { start: SIZE - 5, end: SIZE }];

for (const { name, forge } of attacks) {
  test(`an object ${name} in one store is never served, and is mended from the other`, async (t) => {
    for (const span of spans) {
      const setup = testFiles(t);
      const { person, file, bytes, key, victim, forged } = await stage(setup, forge);
      await setup.primary.put(key, bytesBody(forged));
      const expected = span ? bytes.subarray(span.start, span.end) : bytes;
      assert.deepEqual(await get(setup.files, person, file, { ...(span ? { span } : {}) }), expected);

      await setup.files.copyDue();
      const now = await bytesOf(setup.primary, key);
      // A range that lies outside of what was altered is right, and finds nothing.
      if (span === undefined) assert.deepEqual(now, victim);
      else assert.ok(now.equals(victim) || now.equals(forged));
    }
  });

  test(`an object ${name} in the second store is not served when the first is gone, and is mended after it is back`, async (t) => {
    const setup = testFiles(t);
    const { person, file, bytes, key, victim, forged } = await stage(setup, forge);
    await setup.backup.put(key, bytesBody(forged));
    await setup.primary.delete(key);
    await assert.rejects(get(setup.files, person, file), code('object_damaged'));
    await setup.files.copyDue();
    assert.equal((await setup.files.backupStatus()).damaged, 1);

    await setup.primary.put(key, bytesBody(victim));
    setup.advance(3_600_000);
    await setup.files.copyDue();
    assert.deepEqual(await bytesOf(setup.backup, key), victim);
    assert.equal((await setup.files.backupStatus()).verdict, 'complete');
    await setup.primary.delete(key);
    assert.deepEqual(await get(setup.files, person, file), bytes);
  });

  test(`an object ${name} in both stores ends in an error, in ranges too`, async (t) => {
    const setup = testFiles(t);
    const { person, file, key, forged } = await stage(setup, forge);
    for (const store of [setup.primary, setup.backup]) await store.put(key, bytesBody(forged));
    await assert.rejects(get(setup.files, person, file), code('object_damaged'));
    const middle = { start: SIZE - 5, end: SIZE };
    await assert.rejects(get(setup.files, person, file, { span: middle }), code('object_damaged'));
    await setup.files.copyDue();
    const status = await setup.files.backupStatus();
    assert.deepEqual(
      status.stores.map(({ lost }) => lost),
      [1, 1],
    );
    assert.deepEqual([status.verdict, status.damaged], ['lost', 1]);
    await assert.rejects(get(setup.files, person, file), code('object_damaged'));
  });
}

test('a payload under an exchanged header is mended, so that the stock tool keeps opening it', async (t) => {
  const setup = testFiles(t);
  const { person, file, bytes, key, victim, recipient } = await stage(setup, async () => Buffer.alloc(0));
  const foreign = encryptBytes(Buffer.alloc(SIZE), [parseRecipient(recipient)]).subarray(0, HEADER_CLASSIC);
  await setup.primary.put(key, bytesBody(Buffer.concat([foreign, victim.subarray(HEADER_CLASSIC)])));
  assert.deepEqual(await get(setup.files, person, file), bytes);
  await setup.files.copyDue();
  assert.deepEqual(await bytesOf(setup.primary, key), victim);
});

test('a copy that vanished is mended from the other one, either way round', async (t) => {
  for (const lost of ['primary', 'backup'] as const) {
    const setup = testFiles(t);
    const { person, file, bytes, key, victim } = await stage(setup, async () => Buffer.alloc(0));
    await setup[lost].delete(key);
    if (lost === 'backup') {
      // Only a failing first copy makes anybody look at the second.
      await setup.primary.put(key, bytesBody(Buffer.from('garbage')));
      await assert.rejects(get(setup.files, person, file), code('object_damaged'));
      await setup.files.copyDue();
      await setup.primary.put(key, bytesBody(victim));
      setup.advance(3_600_000);
    }
    assert.deepEqual(await get(setup.files, person, file), bytes);
    await setup.files.copyDue();
    assert.deepEqual(await bytesOf(setup[lost], key), victim);
    assert.equal((await setup.files.backupStatus()).verdict, 'complete');
  }
});

test('rewriting the records opens nothing: a version put in another’s place does not open', async (t) => {
  const setup = testFiles(t);
  const { person, file } = await stage(setup, async () => Buffer.alloc(0));
  const other = (await put(setup.files, person, 'second.bin', 'another file')).entry;
  const rowOf = async (entry: FileView) => {
    const item = await setup.records.get(`folder#${await rootOf(setup, person)}`, `entry#${entry.id}`);
    assert.ok(item);
    return item;
  };
  const [mine, theirs] = [await rowOf(file), await rowOf(other)];
  const { head } = theirs.value;
  assert.ok(head !== undefined);
  await setup.records.transact([{ op: 'put', pk: mine.pk, sk: mine.sk, value: { ...mine.value, head } }]);
  await assert.rejects(get(setup.files, person, file), code('drive_damaged'));
  const sealedName = theirs.value['sealedName'] ?? '';
  await setup.records.transact([{ op: 'put', pk: mine.pk, sk: mine.sk, value: { ...mine.value, sealedName } }]);
  await assert.rejects(setup.files.entry(person.session, person.driveId, file.id), code('drive_damaged'));
});

async function stage(setup: TestFiles, forge: Attack['forge']) {
  const person = await setup.join();
  const bytes = randomBytes(SIZE);
  const older = (await put(setup.files, person, 'victim.bin', randomBytes(SIZE))).entry;
  const olderKey = await keyOf(setup, person, older);
  const { entry: file } = await put(setup.files, person, 'victim.bin', bytes);
  const { entry: other } = await put(setup.files, person, 'other.bin', randomBytes(SIZE));
  await setup.files.copyDue();
  const key = await keyOf(setup, person, file);
  const { recipient } = await setup.files.drive(person.session, person.driveId);
  const place: Place = {
    victim: await bytesOf(setup.primary, key),
    older: await bytesOf(setup.primary, olderKey),
    other: await bytesOf(setup.primary, await keyOf(setup, person, other)),
    recipient,
    size: SIZE,
  };
  return { person, file, bytes, key, recipient, victim: place.victim, forged: await forge(place) };
}

async function rootOf(setup: TestFiles, person: TestPerson): Promise<string> {
  return (await setup.files.drive(person.session, person.driveId)).rootId;
}

/** Where the object of a version lies, as anybody with the database finds out. */
async function keyOf(setup: TestFiles, person: TestPerson, file: FileView): Promise<string> {
  const item = await setup.records.get<{ object: ObjectRow['facts'] }>(`entry#${file.id}`, `version#${file.versionId}`);
  return `drives/${person.driveId}/o/${item?.value.object.objectId}.age`;
}

async function bytesOf(store: ObjectStore, key: string): Promise<Buffer> {
  return readBody((await store.get(key)).body);
}
