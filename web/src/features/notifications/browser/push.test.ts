import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';

// What a browser has when these are loaded.
const kept = new Map<string, string>();
/** The subscription of this browser, as its push service gave it. */
let address: { endpoint: string; options: { applicationServerKey: ArrayBuffer } } | null = null;
const unsubscribe = async () => {
  address = null;
};
const registration = {
  pushManager: {
    getSubscription: async () => address && { ...address, unsubscribe },
    subscribe: async () => (address = { endpoint: 'https://push.example/new', options: { applicationServerKey: key } }),
  },
};
Object.assign(globalThis, {
  isSecureContext: true,
  Notification: { permission: 'granted' },
  PushManager: Object,
  document: { querySelector: () => null },
});
const define = (name: string, value: unknown) => Object.defineProperty(globalThis, name, { value, configurable: true });
define('localStorage', {
  getItem: (name: string) => kept.get(name) ?? null,
  setItem: (name: string, value: string) => kept.set(name, value),
});
define('navigator', {
  userAgent: 'test',
  serviceWorker: {
    addEventListener: () => undefined,
    register: async () => registration,
    ready: Promise.resolve(registration),
  },
});
const { queryClient } = await import('../../../app/query-client.ts');
const { meOptions } = await import('../../accounts/api.ts');
const { choiceOf, keepChoice } = await import('./choice.ts');
const { keepPushRight, switchPushOff } = await import('./push.ts');

const key = new Uint8Array([4, 5, 6]).buffer;
const publicKey = Buffer.from(key).toString('base64url');
const push = { subscriptionId: 'one', endpoint: 'https://push.example/one', sessionId: 'session-1' };

/** A browser that Ada switched push on in, and a server that knows these of it; answers what the server is asked to change. */
function set(context: TestContext, { known, sessionId }: { known: boolean; sessionId: string }): string[] {
  const asked: string[] = [];
  context.mock.method(globalThis, 'fetch', async (path: string, { method = 'GET' }: RequestInit = {}) => {
    if (method !== 'GET') asked.push(method);
    if (method === 'DELETE')
      return Response.json({ code: 'push_subscription_not_found', status: 404 }, { status: 404 });
    if (method === 'POST') return Response.json({ subscriptionId: 'two' }, { status: 201 });
    assert.match(path, /notices\/push$/);
    return Response.json({ publicKey, subscriptions: known ? [{ subscriptionId: 'one', present: true }] : [] });
  });
  queryClient.setQueryData(meOptions.queryKey, { session: { sessionId } } as never);
  context.after(() => queryClient.clear());
  keepChoice({ accountId: 'ada', open: true, push });
  address = { endpoint: push.endpoint, options: { applicationServerKey: key } };
  return asked;
}

test('a browser that was stopped from another one stays stopped when it starts again', async (context) => {
  const asked = set(context, { known: false, sessionId: 'session-1' });
  await keepPushRight('ada');
  assert.deepEqual(asked, []);
  assert.equal(address, null);
  assert.deepEqual(choiceOf('ada'), { accountId: 'ada', open: true, push: null });
});

test('what is known stays as it is; after a new login it is told to the server again', async (context) => {
  const asked = set(context, { known: true, sessionId: 'session-1' });
  await keepPushRight('ada');
  assert.deepEqual(asked, []);
  context.mock.reset();
  const askedAgain = set(context, { known: false, sessionId: 'session-2' });
  await keepPushRight('ada');
  assert.deepEqual(askedAgain, ['POST']);
  assert.deepEqual(choiceOf('ada').push, { ...push, subscriptionId: 'two', sessionId: 'session-2' });
});

test('whoever else uses the browser is told nothing of what another chose', async (context) => {
  const asked = set(context, { known: true, sessionId: 'session-1' });
  await keepPushRight('grace');
  assert.deepEqual(asked, []);
  assert.equal(address, null);
});

test('switching off what was stopped already is no failure', async (context) => {
  set(context, { known: false, sessionId: 'session-1' });
  await switchPushOff('ada');
  assert.equal(choiceOf('ada').push, null);
});
