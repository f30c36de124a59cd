import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';

// What a browser has when it is loaded.
const leaving = new EventTarget();
Object.assign(globalThis, {
  addEventListener: leaving.addEventListener.bind(leaving),
  document: { querySelector: () => null },
});
const { endSession } = await import('../../accounts/leave.ts');
const { removeSoon } = await import('./removals.ts');

function serve(context: TestContext): RequestInit[] {
  const asked: RequestInit[] = [];
  context.mock.timers.enable({ apis: ['setTimeout'] });
  context.mock.method(globalThis, 'fetch', async (_address: string, init: RequestInit) => {
    asked.push(init);
    return await Promise.resolve(new Response(null, { status: 204 }));
  });
  return asked;
}

test('a message that was removed is gone when the person logs out before the way back is', async (context) => {
  const asked = serve(context);
  removeSoon({ roomId: 'room', sequence: 1 });
  assert.deepEqual(asked, []);
  await endSession(async () => {
    assert.deepEqual(
      asked.map(({ method }) => method),
      ['DELETE'],
    );
    await Promise.resolve();
  });
});

test('a message that was removed is gone when the page is left: the request outlives it', (context) => {
  const asked = serve(context);
  removeSoon({ roomId: 'room', sequence: 2 });
  leaving.dispatchEvent(new Event('pagehide'));
  assert.deepEqual(
    asked.map(({ method, keepalive }) => [method, keepalive]),
    [['DELETE', true]],
  );
});
