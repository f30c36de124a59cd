import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { memoryObjectStore, storageErrors, type ObjectStore } from '../../storage/index.ts';
import { code, get, put, testFiles } from '../test-files.ts';
import { untilStalled } from './stall.ts';

type Fault = 'throw' | 'stall' | 'flip' | 'end';

/** A store that delivers objects well up to a byte, and then fails in the way asked for. */
function failingAfter(inner: ObjectStore, state: { atByte: number; fault: Fault | null; reads: number }): ObjectStore {
  return {
    ...inner,
    async get(key, options = {}) {
      const found = await inner.get(key, options);
      if (!key.includes('/o/')) return found;
      state.reads++;
      async function* body(): AsyncGenerator<Uint8Array> {
        let at = options.start ?? 0;
        for await (const whole of found.body) {
          for (let from = 0; from < whole.byteLength; from += 1000) {
            const piece = Buffer.from(whole.subarray(from, from + 1000));
            if (state.fault !== null && at + piece.length > state.atByte) {
              if (state.fault === 'throw') throw storageErrors('store_unavailable');
              if (state.fault === 'end') return;
              if (state.fault === 'stall') {
                await new Promise((_, reject) => {
                  options.signal?.addEventListener('abort', () => reject(storageErrors('store_unavailable')));
                });
              }
              piece.writeUInt8(piece.readUInt8(0) ^ 1, 0);
            }
            at += piece.length;
            yield piece;
          }
        }
      }
      return { ...found, body: body() };
    },
  };
}

const HEADER = 168 + 16;
const CHUNK = 65_552;

for (const fault of ['throw', 'stall', 'flip', 'end'] as const) {
  test(`a first copy that fails by “${fault}” in mid-stream is taken over from the exact byte`, async (t) => {
    const state = { atByte: 0, fault: null as Fault | null, reads: 0 };
    const setup = testFiles(t, {
      primary: failingAfter(memoryObjectStore(), state),
      settings: { readStallMs: 100 },
    });
    const ada = await setup.join();
    const bytes = randomBytes(5 * 65_536 + 17);
    const span = { start: 60_000, end: 4 * 65_536 + 5 };
    // At the edges of chunks, within the header, in the nonce, in the last chunk, and of the batches that come out.
    const edges = [0, 100, 170, HEADER, HEADER + CHUNK - 1, HEADER + CHUNK, HEADER + 4 * CHUNK, HEADER + 5 * CHUNK];
    for (const atByte of edges) {
      for (const part of [undefined, span]) {
        // A file of its own for each: once found out, a bad copy is no longer the first to be asked.
        state.fault = null;
        const { entry } = await put(setup.files, ada, `${atByte} ${part?.start}`, bytes);
        await setup.files.copyDue();
        Object.assign(state, { fault, atByte, reads: 0 });
        const expected = part ? bytes.subarray(part.start, part.end) : bytes;
        assert.deepEqual(await get(setup.files, ada, entry, part ? { span: part } : {}), expected, `at ${atByte}`);
        assert.ok(state.reads > 0);
      }
    }
  });
}

for (const fault of ['throw', 'stall', 'flip', 'end'] as const) {
  test(`of a first copy that fails by “${fault}” nothing is taken when a small part is read at once`, async (t) => {
    const state = { atByte: 0, fault: null as Fault | null, reads: 0 };
    const setup = testFiles(t, {
      primary: failingAfter(memoryObjectStore(), state),
      settings: { readStallMs: 100 },
    });
    const ada = await setup.join();
    const parts = [
      {
        size: 3000,
        spans: [
          { start: 0, end: 3000 },
          { start: 5, end: 1200 },
          { start: 2999, end: 3000 },
        ],
      },
      { size: 3 * 65_536 + 5, spans: [{ start: 65_000, end: 66_000 }] },
      { size: 0, spans: [{ start: 0, end: 0 }] },
    ];
    for (const { size, spans } of parts) {
      const bytes = randomBytes(size);
      // Within the header, in the nonce, in the first chunk or the tag behind it, and where the part lies.
      for (const atByte of [0, 170, HEADER + 10]) {
        for (const span of spans) {
          state.fault = null;
          const { entry } = await put(setup.files, ada, `${size} ${atByte} ${span.start}`, bytes);
          await setup.files.copyDue();
          Object.assign(state, { fault, atByte, reads: 0 });
          const download = await setup.files.open(ada.session, ada.driveId, entry.id);
          assert.deepEqual(await download.bytes(span), bytes.subarray(span.start, span.end), `${size} at ${atByte}`);
          assert.ok(state.reads > 0);
          await setup.files.copyDue();
          const found = await setup.files.entry(ada.session, ada.driveId, entry.id);
          const isDamaged = fault === 'flip' || fault === 'end';
          assert.equal(found.kind === 'file' && found.copies.primary, isDamaged ? 'lost' : 'verified');
        }
      }
    }
  });
}

test('a silent copy is passed over but not written off; an altered one is', async (t) => {
  for (const [fault, expected] of [
    ['stall', 'verified'],
    ['throw', 'verified'],
    ['flip', 'lost'],
    ['end', 'lost'],
  ] as const) {
    const state = { atByte: HEADER + 10, fault: null as Fault | null, reads: 0 };
    const setup = testFiles(t, { primary: failingAfter(memoryObjectStore(), state), settings: { readStallMs: 100 } });
    const ada = await setup.join();
    const { entry } = await put(setup.files, ada, 'a', randomBytes(100_000));
    await setup.files.copyDue();
    state.fault = fault;
    await get(setup.files, ada, entry);
    await setup.files.copyDue();
    const found = await setup.files.entry(ada.session, ada.driveId, entry.id);
    assert.equal(found.kind === 'file' && found.copies.primary, expected, fault);
  }
});

test('when no store answers that is told apart from damage, of what is small too', async (t) => {
  const state = { atByte: 0, fault: null as Fault | null, reads: 0 };
  const [primary, backup] = [failingAfter(memoryObjectStore(), state), failingAfter(memoryObjectStore(), state)];
  const setup = testFiles(t, { primary, backup });
  const ada = await setup.join();
  const { entry } = await put(setup.files, ada, 'a', randomBytes(100_000));
  await setup.files.copyDue();
  const small = (await put(setup.files, ada, 'b', 'small')).entry;
  await setup.files.copyDue();
  const bytes = async (): Promise<Buffer> =>
    (await setup.files.open(ada.session, ada.driveId, small.id)).bytes({ start: 0, end: 5 });
  state.fault = 'throw';
  await assert.rejects(get(setup.files, ada, entry), code('copies_unreachable'));
  await assert.rejects(bytes(), code('copies_unreachable'));
  state.fault = 'flip';
  await assert.rejects(get(setup.files, ada, entry), code('object_damaged'));
  await assert.rejects(bytes(), code('object_damaged'));
});

test('a file is readable before its second copy exists, and a missing one is no damage then', async (t) => {
  const inner = memoryObjectStore();
  const backup: ObjectStore = {
    ...inner,
    put: async (key, body, options) => {
      if (key.includes('/o/')) throw storageErrors('store_unavailable');
      return inner.put(key, body, options);
    },
  };
  const state = { atByte: 0, fault: null as Fault | null, reads: 0 };
  const setup = testFiles(t, { backup, primary: failingAfter(memoryObjectStore(), state) });
  const ada = await setup.join();
  const { entry } = await put(setup.files, ada, 'a', 'content');
  assert.equal((await get(setup.files, ada, entry)).toString(), 'content');
  state.fault = 'throw';
  await assert.rejects(get(setup.files, ada, entry), code('copies_unreachable'));
  const status = await setup.files.backupStatus();
  assert.deepEqual(
    status.stores.map(({ lost }) => lost),
    [0, 0],
  );
});

test('a reader who stops early lets go of the store', async (t) => {
  const inner = memoryObjectStore();
  let open = 0;
  const primary: ObjectStore = {
    ...inner,
    async get(key, options) {
      const found = await inner.get(key, options);
      async function* body(): AsyncGenerator<Uint8Array> {
        open++;
        try {
          for await (const piece of found.body) {
            for (let at = 0; at < piece.byteLength; at += 65_536) yield piece.subarray(at, at + 65_536);
          }
        } finally {
          open--;
        }
      }
      return { ...found, body: body() };
    },
  };
  const setup = testFiles(t, { primary });
  const ada = await setup.join();
  const { entry } = await put(setup.files, ada, 'a', randomBytes(2_000_000));
  await setup.files.copyDue();
  for (const span of [undefined, { start: 5, end: 1_999_999 }]) {
    const download = await setup.files.open(ada.session, ada.driveId, entry.id);
    for await (const piece of download.read(span)) {
      assert.ok(piece.length > 0);
      break;
    }
    assert.equal(open, 0);
  }
});

test('a slow reader is not taken for a silent source', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const pieces = untilStalled(1000, async () =>
    (async function* () {
      yield 1;
      yield 2;
    })(),
  );
  assert.deepEqual(await pieces.next(), { value: 1, done: false });
  t.mock.timers.tick(10_000);
  assert.deepEqual(await pieces.next(), { value: 2, done: false });
  assert.equal((await pieces.next()).done, true);
});

test('a source that never opens is given up after the time it has', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  let aborted = false;
  const pieces = untilStalled(1000, (signal) => {
    signal.addEventListener('abort', () => (aborted = true));
    return new Promise<AsyncIterable<number>>(() => undefined);
  });
  const next = pieces.next();
  t.mock.timers.tick(1000);
  await assert.rejects(next, code('store_unavailable'));
  assert.equal(aborted, true);
});
