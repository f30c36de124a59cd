import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { bytesBody } from './body.ts';
import { allKeys, read, refused, text } from './contract-support.ts';
import type { Promised } from './contract-support.ts';

/** What every object store promises of listing, copying and uploads in parts. */
export function listingPromises(promise: Promised): void {
  listing(promise);
  copies(promise);
  multipart(promise);
}

function listing(promise: Promised): void {
  // Chosen so that folders sort differently by name than by key: `a-b/`, `a.b` and `a/` around each other.
  const keys = [
    'A',
    'a-b/x',
    'a.b',
    'a/0',
    'a/b-c',
    'a/b.c',
    'a/b/1',
    'a/b/2',
    'a0',
    'ab/c/d',
    'b',
    'b.c/d',
    'z_',
  ].toSorted();

  promise('keys come in byte order, page by page, whatever the folders', async ({ store }) => {
    for (const key of keys.toReversed()) await store.put(key, text(key));
    for (const limit of [1, 2, 5, 12, 13, 1000]) assert.deepEqual(await allKeys(store, { limit }), keys);
    const page = await store.list({ limit: 5 });
    assert.equal(page.objects.length, 5);
    const { versionId: _, ...first } = (await store.head(keys[0] ?? '')) ?? {};
    assert.deepEqual(page.objects[0], first);
    assert.equal((await store.list({ limit: keys.length })).next, undefined);
  });

  promise('prefix and cursor cut anywhere, not only at slashes', async ({ store }) => {
    for (const key of keys) await store.put(key, text(key));
    const starts = ['a', 'a/', 'a/b', 'a/b/', 'a/b/2', 'a-', 'a.b', 'ab/c', 'b', 'c', 'z_', 'a/b-', 'A/'];
    for (const prefix of ['', ...starts]) {
      for (const after of [undefined, '', ...starts, 'a/b/1', 'a~'.slice(0, 1), 'zz', '0']) {
        const expected = keys.filter((key) => key.startsWith(prefix) && key > (after ?? ''));
        const found = await allKeys(store, { prefix, limit: 2, ...(after === undefined ? {} : { after }) });
        assert.deepEqual(found, expected, `${prefix} after ${after}`);
      }
    }
    assert.deepEqual(await store.list({ prefix: 'nothing/here' }), { objects: [] });
    for (const limit of [0, 1001, 1.5]) await assert.rejects(store.list({ limit }), RangeError);
  });

  promise('deleting what was listed while paging skips nothing', async ({ store }) => {
    for (const key of keys) await store.put(key, text(key));
    const seen: string[] = [];
    let after: string | undefined;
    do {
      const page = await store.list({ limit: 3, ...(after === undefined ? {} : { after }) });
      for (const { key } of page.objects) {
        seen.push(key);
        await store.delete(key);
      }
      after = page.next;
    } while (after !== undefined);
    assert.deepEqual(seen, keys);
    assert.deepEqual(await allKeys(store), []);
  });
}

function copies(promise: Promised): void {
  promise('a copy has the bytes and a life of its own', async ({ store }) => {
    const bytes = randomBytes(700_000);
    await store.put('from/a', bytesBody(bytes));
    assert.equal((await store.copy('from/a', 'to/b/c', { createOnly: true, size: bytes.length })).size, bytes.length);
    await store.delete('from/a');
    assert.ok((await read(store, 'to/b/c')).equals(bytes));
    await store.put('x', text('x'));
    await assert.rejects(store.copy('x', 'to/b/c', { createOnly: true }), refused('object_exists'));
    await assert.rejects(store.copy('x', 'y', { size: 2 }), refused('body_size_mismatch'));
    await assert.rejects(store.copy('from/a', 'y'), refused('object_not_found'));
    await store.copy('x', 'to/b/c');
    await store.copy('x', 'x');
    assert.equal((await read(store, 'to/b/c')).toString(), 'x');
    assert.deepEqual(await allKeys(store), ['to/b/c', 'x']);
  });
}

function multipart(promise: Promised): void {
  promise('an upload in parts becomes visible at the end, parts in order of their numbers', async ({ store }) => {
    const size = Math.max(store.properties.minPartBytes, 300_000);
    const bytes = randomBytes(size * 2 + 1234);
    const { uploadId } = await store.multipart.create('m/a');
    const part = (number: number) => bytesBody(bytes.subarray((number - 1) * size, number * size));
    const sent = [];
    for (const number of [3, 1, 2]) sent.push(await store.multipart.putPart('m/a', uploadId, number, part(number)));
    assert.equal(await store.head('m/a'), null);
    assert.deepEqual(await allKeys(store), []);
    const parts = await store.multipart.listParts('m/a', uploadId);
    assert.deepEqual(
      parts,
      sent.toSorted((a, b) => a.number - b.number),
    );
    const info = await store.multipart.complete('m/a', uploadId, parts, { createOnly: true });
    assert.equal(info.size, bytes.length);
    assert.ok((await read(store, 'm/a')).equals(bytes));
    await assert.rejects(store.multipart.listParts('m/a', uploadId), refused('upload_not_found'));
    await assert.rejects(store.multipart.complete('m/a', uploadId, parts), refused('upload_not_found'));
  });

  promise('a part sent again replaces the first; a broken one leaves it', async ({ store }) => {
    const { uploadId } = await store.multipart.create('m/a');
    const old = await store.multipart.putPart('m/a', uploadId, 1, text('first'));
    const part = await store.multipart.putPart('m/a', uploadId, 1, text('second'));
    async function* breaking(): AsyncGenerator<Buffer> {
      yield Buffer.from('third');
      throw new Error('broken');
    }
    await assert.rejects(store.multipart.putPart('m/a', uploadId, 1, breaking()), /broken/);
    assert.deepEqual(await store.multipart.listParts('m/a', uploadId), [part]);
    await assert.rejects(store.multipart.complete('m/a', uploadId, [old]), refused('upload_parts_invalid'));
    await store.multipart.complete('m/a', uploadId, [part]);
    assert.equal((await read(store, 'm/a')).toString(), 'second');
  });

  promise('parts that do not fit together are refused and can be mended', async ({ store }) => {
    const { uploadId } = await store.multipart.create('m/a');
    const size = Math.max(store.properties.minPartBytes, 10);
    const send = (number: number, bytes: number) =>
      store.multipart.putPart('m/a', uploadId, number, bytesBody(Buffer.alloc(bytes, number)));
    const one = await send(1, size);
    const two = await send(2, size + 1);
    const three = await send(3, 5);
    const bad = [
      [],
      [two, one],
      [one, one],
      [one, two],
      [three, one],
      [{ ...one, tag: 'x' }],
      [one, { ...one, number: 9 }],
    ];
    for (const parts of bad) {
      await assert.rejects(store.multipart.complete('m/a', uploadId, parts), refused('upload_parts_invalid'));
    }
    for (const number of [0, -1, 1.5, store.properties.maxParts + 1]) {
      await assert.rejects(send(number, 1), refused('upload_parts_invalid'));
    }
    await assert.rejects(store.multipart.complete('m/a', uploadId, [one, three]), refused('upload_parts_invalid'));
    const mended = await send(2, size);
    assert.equal((await store.multipart.complete('m/a', uploadId, [one, mended, three])).size, 2 * size + 5);
  });

  promise('uploads are told apart by key and id; ending one is final and may be repeated', async ({ store }) => {
    const { uploadId } = await store.multipart.create('m/a');
    const other = await store.multipart.create('m/a');
    const part = await store.multipart.putPart('m/a', uploadId, 1, text('x'));
    for (const [key, id] of [
      ['m/b', uploadId],
      ['m/a', '../../etc'],
      ['m/a', ''],
    ] as const) {
      await assert.rejects(store.multipart.putPart(key, id, 1, text('y')), refused('upload_not_found'));
      await assert.rejects(store.multipart.listParts(key, id), refused('upload_not_found'));
      await assert.rejects(store.multipart.complete(key, id, [part]), refused('upload_not_found'));
      await store.multipart.abort(key, id);
    }
    assert.deepEqual(await store.multipart.listParts('m/a', other.uploadId), []);
    await store.multipart.abort('m/a', uploadId);
    await store.multipart.abort('m/a', uploadId);
    await store.multipart.abort('m/a', other.uploadId);
    await assert.rejects(store.multipart.putPart('m/a', uploadId, 1, text('y')), refused('upload_not_found'));
    assert.deepEqual(await allKeys(store), []);
  });

  promise('an upload onto an existing key with createOnly is refused and keeps both', async ({ store }) => {
    await store.put('m/a', text('there'));
    const { uploadId } = await store.multipart.create('m/a');
    const part = await store.multipart.putPart('m/a', uploadId, 1, text('new'));
    const complete = (options = {}) => store.multipart.complete('m/a', uploadId, [part], options);
    await assert.rejects(complete({ createOnly: true }), refused('object_exists'));
    await assert.rejects(complete({ size: 4 }), refused('body_size_mismatch'));
    assert.equal((await read(store, 'm/a')).toString(), 'there');
    await complete();
    assert.equal((await read(store, 'm/a')).toString(), 'new');
  });
}
