import assert from 'node:assert/strict';
import { test } from 'node:test';

const workers = Object.assign(new EventTarget(), { register: async () => undefined, ready: Promise.resolve({}) });
Object.defineProperty(globalThis, 'navigator', { value: { serviceWorker: workers }, configurable: true });
const { followWorker } = await import('./worker.ts');

const click = (path: string): void =>
  void workers.dispatchEvent(new MessageEvent('message', { data: { type: 'open', path } }));

test('a click that comes while the app is still being loaded leads there once it is, and only once', () => {
  const went: string[] = [];
  click('/chat/rooms/early');
  {
    using _ = followWorker((path) => went.push(path));
    assert.deepEqual(went, ['/chat/rooms/early']);
    click('/files');
  }
  using _ = followWorker((path) => went.push(path));
  assert.deepEqual(went, ['/chat/rooms/early', '/files']);
});
