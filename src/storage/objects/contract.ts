import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { describe, test } from 'node:test';
import { hasCode } from '../../base/errors.ts';
import { bytesBody, readBody } from './body.ts';
import { listingPromises } from './contract-listing.ts';
import { allKeys, read, refused, text } from './contract-support.ts';
import type { ObjectStoreUnderTest, Promised } from './contract-support.ts';

async function* pieces(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

const HOSTILE_KEYS = [
  '',
  '/',
  '.',
  '..',
  '/etc/passwd',
  'a/',
  'a//b',
  '../a',
  'a/../b',
  'a/./b',
  'a/.hidden',
  '.tmp/a',
  'a\\b',
  'a b',
  'a\0b',
  'a\nb',
  'ä',
  'a%2fb',
  'a:b',
  'x'.repeat(256),
  `${'x'.repeat(200)}/${'x'.repeat(200)}/${'x'.repeat(111)}`,
];

/** What every object store promises. `make` gives an empty store; the suite disposes it. */
export function objectStoreContract(name: string, make: () => Promise<ObjectStoreUnderTest>): void {
  const promise: Promised = (title, body) => {
    test(title, async () => {
      const under = await make();
      await using store = under.store;
      await body({ ...under, store });
      assert.deepEqual(await under.leftovers?.(), under.leftovers && [], 'nothing is left behind');
    });
  };
  describe(`${name} keeps the object store contract`, () => {
    putAndGet(promise);
    failures(promise);
    concurrency(promise);
    listingPromises(promise);
  });
}

function putAndGet(promise: Promised): void {
  promise('bytes come back as they were put, whole and in ranges', async ({ store }) => {
    const bytes = randomBytes(1_500_000);
    const before = Date.now();
    const info = await store.put('drives/a/o/1.age', pieces(bytes, 70_001));
    assert.equal(info.size, bytes.length);
    assert.ok(Math.abs(info.modifiedAtMs - before) < 60_000);
    assert.deepEqual({ ...(await store.head('drives/a/o/1.age')), modifiedAtMs: info.modifiedAtMs }, info);
    const object = await store.get('drives/a/o/1.age');
    assert.equal(object.size, bytes.length);
    assert.ok((await readBody(object.body)).equals(bytes));
    const ranges = [
      [0, 0],
      [0, 1],
      [0, 524_288],
      [1, 524_290],
      [524_287, 1_200_001],
      [1_499_999, 1_500_000],
      [1_500_000, 1_500_000],
      [0, 1_500_000],
    ] as const;
    for (const [start, end] of ranges) {
      assert.ok((await read(store, 'drives/a/o/1.age', { start, end })).equals(bytes.subarray(start, end)));
    }
    assert.ok((await read(store, 'drives/a/o/1.age', { start: 9 })).equals(bytes.subarray(9)));
    assert.ok((await read(store, 'drives/a/o/1.age', { end: 9 })).equals(bytes.subarray(0, 9)));
    assert.equal((await store.get('drives/a/o/1.age', { start: 5, end: 7 })).size, bytes.length);
  });

  promise('ranges outside the object are refused', async ({ store }) => {
    await store.put('a', text('0123456789'));
    const bad = [{ start: -1 }, { start: 11 }, { end: 11 }, { start: 5, end: 4 }, { start: 1.5 }, { end: Number.NaN }];
    for (const range of bad) await assert.rejects(store.get('a', range), refused('range_invalid'));
  });

  promise('an empty object is an object', async ({ store }) => {
    assert.equal((await store.put('empty', text(''), { createOnly: true, size: 0 })).size, 0);
    assert.equal((await read(store, 'empty')).length, 0);
    assert.equal((await store.head('empty'))?.size, 0);
    assert.deepEqual(await allKeys(store), ['empty']);
    await assert.rejects(store.put('empty', text('x'), { createOnly: true }), refused('object_exists'));
  });

  promise('20 MiB in pieces of every kind of size come back unaltered', async ({ store }) => {
    const bytes = randomBytes(20 * 2 ** 20);
    async function* uneven(): AsyncGenerator<Buffer> {
      const sizes = [1, 0, 100, 65_536, 262_144, 262_143, 1_000_000, 7, 3_000_000];
      for (let at = 0, turn = 0; at < bytes.length; turn += 1) {
        const size = sizes[turn % sizes.length] ?? 1;
        yield bytes.subarray(at, at + size);
        at += size;
      }
    }
    await store.put('large', uneven(), { size: bytes.length });
    const hash = createHash('sha256');
    for await (const piece of (await store.get('large')).body) hash.update(piece);
    assert.equal(hash.digest('hex'), createHash('sha256').update(bytes).digest('hex'));
  });

  promise('a source may reuse its buffer, and a reader may scribble on what it got', async ({ store }) => {
    async function* reusing(): AsyncGenerator<Buffer> {
      const buffer = Buffer.alloc(10);
      for (let n = 0; n < 10; n += 1) yield buffer.fill(n);
    }
    await store.put('a', reusing());
    await store.put('announced', reusing(), { size: 100 });
    const expected = Buffer.concat(Array.from({ length: 10 }, (_, n) => Buffer.alloc(10, n)));
    assert.ok((await read(store, 'announced')).equals(expected));
    const first = await read(store, 'a');
    assert.ok(first.equals(expected));
    for await (const piece of (await store.get('a')).body) piece.fill(0xff);
    assert.ok((await read(store, 'a')).equals(expected));
  });

  promise('putting again replaces; createOnly refuses and does not touch the body', async ({ store }) => {
    await store.put('a', text('first and longer'));
    await store.put('a', text('second'));
    assert.equal((await read(store, 'a')).toString(), 'second');
    let touched = false;
    async function* watched(): AsyncGenerator<Buffer> {
      touched = true;
      yield Buffer.from('third');
    }
    await assert.rejects(store.put('a', watched(), { createOnly: true }), refused('object_exists'));
    assert.equal(touched, false);
    assert.equal((await read(store, 'a')).toString(), 'second');
  });

  promise('what is not there is not found, and deleting it is no error', async ({ store }) => {
    await store.put('a/b/c', text('x'));
    for (const key of ['nothing', 'a', 'a/b', 'a/b/c/d', 'a/b/d', 'x/y/z']) {
      await assert.rejects(store.get(key), refused('object_not_found'));
      assert.equal(await store.head(key), null);
      await store.delete(key);
    }
    await store.delete('a/b/c');
    await store.delete('a/b/c');
    assert.equal(await store.head('a/b/c'), null);
    assert.deepEqual(await allKeys(store), []);
    await store.put('a/b/c', text('again'), { createOnly: true });
    assert.equal((await read(store, 'a/b/c')).toString(), 'again');
  });

  promise('hostile keys are refused everywhere before anything is touched', async ({ store }) => {
    for (const key of HOSTILE_KEYS) {
      const code = refused('object_key_invalid');
      await assert.rejects(store.put(key, text('x')), code, JSON.stringify(key));
      await assert.rejects(store.get(key), code);
      await assert.rejects(store.head(key), code);
      await assert.rejects(store.delete(key), code);
      await assert.rejects(store.copy(key, 'a'), code);
      await assert.rejects(store.copy('a', key), code);
      await assert.rejects(store.multipart.create(key), code);
    }
    for (const start of ['..', '../', '/', 'a//', 'a\0', './', 'x'.repeat(513)]) {
      await assert.rejects(store.list({ prefix: start }), refused('object_key_invalid'), JSON.stringify(start));
      await assert.rejects(store.list({ after: start }), refused('object_key_invalid'));
    }
    assert.deepEqual(await allKeys(store), []);
    const longest = `${'x'.repeat(255)}/${'y'.repeat(254)}/z`;
    await store.put(longest, text('x'));
    assert.deepEqual(await allKeys(store), [longest]);
  });

  promise('a key is never a folder of another, where a store says so', async ({ store }) => {
    if (!store.properties.refusesNesting) return;
    await store.put('a', text('object'));
    await assert.rejects(store.put('a/b', text('below')), refused('object_key_invalid'));
    await store.put('c/d/e', text('deep'));
    for (const createOnly of [false, true]) {
      await assert.rejects(store.put('c/d', text('above'), { createOnly }), refused('object_key_invalid'));
    }
    await assert.rejects(store.copy('a', 'c'), refused('object_key_invalid'));
    assert.deepEqual(await allKeys(store), ['a', 'c/d/e']);
    assert.equal((await read(store, 'a')).toString(), 'object');
  });
}

function failures(promise: Promised): void {
  const failing = new Error('the source broke');
  async function* breaking(): AsyncGenerator<Buffer> {
    yield Buffer.alloc(600_000);
    throw failing;
  }

  promise('a body that breaks leaves what was there before, and its error comes out as it is', async ({ store }) => {
    await assert.rejects(store.put('new', breaking()), failing);
    assert.equal(await store.head('new'), null);
    await store.put('old', text('old'));
    await assert.rejects(store.put('old', breaking()), failing);
    assert.equal((await read(store, 'old')).toString(), 'old');
  });

  promise('a source that breaks like a disk is not taken for the store', async ({ store }) => {
    const { uploadId } = await store.multipart.create('m');
    for (const code of ['ECONNRESET', 'ENOSPC', 'EACCES', 'ENOENT', 'EEXIST']) {
      const error = Object.assign(new Error(code), { code });
      async function* source(): AsyncGenerator<Buffer> {
        yield Buffer.from('x');
        throw error;
      }
      await assert.rejects(store.put('a', source()), error);
      await assert.rejects(store.multipart.putPart('m', uploadId, 1, source()), error);
    }
    await store.multipart.abort('m', uploadId);
  });

  promise('an abort ends a put at once, also while the source is stalled', async ({ store }) => {
    const stop = new AbortController();
    const stalled = Promise.withResolvers<void>();
    let returned = false;
    async function* stalling(): AsyncGenerator<Buffer> {
      try {
        yield Buffer.alloc(600_000);
        stalled.resolve();
        await new Promise(() => {});
      } finally {
        returned = true;
      }
    }
    const putting = store.put('a', stalling(), { signal: stop.signal });
    await stalled.promise;
    // Looks like an error of the system, as a broken connection does when it is the reason of an abort.
    const reason = Object.assign(new Error('the person gave up'), { code: 'ECONNRESET' });
    stop.abort(reason);
    await assert.rejects(putting, reason);
    assert.equal(returned, false, 'nobody can make it return, and nobody waits for that');
    assert.equal(await store.head('a'), null);
    await assert.rejects(store.put('a', text('x'), { signal: stop.signal }), reason);
    await assert.rejects(store.get('a', { signal: stop.signal }), reason);
    await assert.rejects(store.head('a', { signal: stop.signal }), reason);
    await assert.rejects(store.delete('a', { signal: stop.signal }), reason);
    await assert.rejects(store.list({ signal: stop.signal }), reason);
    const { multipart } = store;
    await assert.rejects(multipart.create('m', { signal: stop.signal }), reason);
    const { uploadId } = await multipart.create('m');
    await assert.rejects(multipart.putPart('m', uploadId, 1, text('x'), { signal: stop.signal }), reason);
    await assert.rejects(multipart.listParts('m', uploadId, { signal: stop.signal }), reason);
    await assert.rejects(multipart.abort('m', uploadId, { signal: stop.signal }), reason);
    assert.deepEqual(await multipart.listParts('m', uploadId), [], 'it is there and has no part');
    await multipart.abort('m', uploadId);
  });

  promise('an abort at the last byte still leaves nothing', async ({ store }) => {
    const stop = new AbortController();
    async function* source(): AsyncGenerator<Buffer> {
      yield Buffer.from('all there is');
      stop.abort();
    }
    await assert.rejects(store.put('a/b', source(), { signal: stop.signal }), { name: 'AbortError' });
    assert.equal(await store.head('a/b'), null);
  });

  promise('an abort between pieces lets the source clean up', async ({ store }) => {
    const stop = new AbortController();
    let cleaned = false;
    async function* source(): AsyncGenerator<Buffer> {
      try {
        for (;;) {
          yield Buffer.alloc(1000);
          stop.abort();
        }
      } finally {
        cleaned = true;
      }
    }
    await assert.rejects(store.put('a', source(), { signal: stop.signal }));
    await new Promise((resolve) => setImmediate(resolve));
    assert.equal(cleaned, true);
  });

  promise('an announced size is held to, both ways', async ({ store }) => {
    for (const size of [0, 3, 5, 1_000_000]) {
      await assert.rejects(store.put('a', text('four'), { size }), refused('body_size_mismatch'));
    }
    async function* endless(): AsyncGenerator<Buffer> {
      for (;;) yield Buffer.alloc(100_000);
    }
    await assert.rejects(store.put('a', endless(), { size: 1_000_000 }), refused('body_size_mismatch'));
    assert.equal(await store.head('a'), null);
    await store.put('a', text('four'), { size: 4 });
  });

  promise('a reader may leave early, abort, or never begin', async ({ store }) => {
    await store.put('a', bytesBody(Buffer.alloc(3_000_000, 7)));
    for (let n = 0; n < 20; n += 1) {
      for await (const piece of (await store.get('a')).body) {
        assert.equal(piece[0], 7);
        break;
      }
      const unread = (await store.get('a')).body[Symbol.asyncIterator]();
      await unread.return?.();
      assert.equal((await unread.next()).done, true);
    }
    const stop = new AbortController();
    const unread = await store.get('a', { signal: stop.signal });
    const reading = (await store.get('a', { signal: stop.signal })).body[Symbol.asyncIterator]();
    await reading.next();
    stop.abort();
    await assert.rejects(async () => {
      for (;;) if ((await reading.next()).done) return;
    });
    await assert.rejects(readBody(unread.body));
  });
}

function concurrency(promise: Promised): void {
  promise(
    'of 20 createOnly puts of one key at once one wins where the store enforces it, and is there',
    async ({ store }) => {
      const body = (n: number) => pieces(Buffer.alloc(100_000, n), 30_000);
      if (!store.properties.createOnly) return;
      for (const key of ['k/a', 'k/b', 'k/c', 'k/d', 'k/e']) {
        const results = await Promise.allSettled(
          Array.from({ length: 20 }, (_, n) => store.put(key, body(n), { createOnly: true })),
        );
        const winners = results.flatMap(({ status }, n) => (status === 'fulfilled' ? [n] : []));
        assert.equal(winners.length, 1);
        for (const result of results) {
          if (result.status === 'rejected') assert.ok(hasCode(result.reason, 'object_exists'));
        }
        assert.ok((await read(store, key)).equals(Buffer.alloc(100_000, winners[0])));
      }
    },
  );

  promise('puts of one key at once leave one of them whole; readers meanwhile see whole ones', async ({ store }) => {
    const bytes = (n: number) => Buffer.alloc(200_000 + n, n);
    await store.put('k/a', bytesBody(bytes(0)));
    const writers = Array.from({ length: 10 }, (_, n) => store.put('k/a', pieces(bytes(n + 1), 50_000)));
    const check = async (): Promise<void> => {
      const found = await read(store, 'k/a');
      assert.ok(found.equals(bytes(found[0] ?? -1)));
    };
    await Promise.all([...writers, ...Array.from({ length: 10 }, check)]);
    await check();
    assert.deepEqual(await allKeys(store), ['k/a']);
  });

  promise('many puts into new folders at once, with deletes among them, all succeed', async ({ store }) => {
    const keys = Array.from({ length: 60 }, (_, n) => `d${n % 3}/e${n % 5}/f/${n}`);
    await Promise.all(
      keys.map(async (key, n) => {
        await store.put(key, text(key), { createOnly: true });
        if (n % 2 === 1) await store.delete(key);
      }),
    );
    const left = keys.filter((_, n) => n % 2 === 0);
    assert.deepEqual(await allKeys(store), left.toSorted());
    for (const key of left) assert.equal((await read(store, key)).toString(), key);
  });
}
