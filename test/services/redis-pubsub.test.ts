/** Pub/sub by a real Redis: its contract, and what happens while Redis is away. */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test, type TestContext } from 'node:test';
import { type Log, silentLog } from '../../src/base/log.ts';
import { type JsonObject, openRedisPubSub, type RedisPubSub } from '../../src/storage/index.ts';
import { pubSubContract } from '../../src/storage/pubsub/contract.ts';
import { redisPlace, skipWithoutRedis, startRedis } from '../support/stores/redis-server.ts';
import { freePort } from '../support/servers/process.ts';

const skip = skipWithoutRedis;

interface Opened {
  readonly port?: number;
  readonly channel: string;
  readonly password?: string;
  readonly log?: Log;
  readonly patienceMs?: number;
}

async function opened(t: TestContext, { port, channel, password, log = silentLog, patienceMs = 10_000 }: Opened) {
  const place = { ...redisPlace(port), password: password ?? null };
  const pubSub = await openRedisPubSub({ place, channel, patienceMs, log });
  t.after(() => pubSub[Symbol.asyncDispose]());
  return pubSub;
}

if (!skip) {
  pubSubContract('Redis', async (t) => {
    const channel = randomUUID();
    return [await opened(t, { channel }), await opened(t, { channel })];
  });
}

/** Resolves with the first message that says `n`, whatever is lost before it. */
async function crosses(from: RedisPubSub, to: RedisPubSub): Promise<JsonObject> {
  const { promise, resolve } = Promise.withResolvers<JsonObject>();
  using _heard = to.subscribe('t', resolve);
  const again = setInterval(() => from.publish('t', { n: 1 }), 20);
  const message = await promise;
  clearInterval(again);
  return message;
}

test('workspaces that share a Redis hear nothing of each other', { skip }, async (t) => {
  const [one, two] = [await opened(t, { channel: randomUUID() }), await opened(t, { channel: randomUUID() })];
  two.subscribe('t', () => assert.fail('it was of another workspace'));
  one.publish('t', { n: 1 });
  // What is published later on the same connection comes later.
  const channel = randomUUID();
  const [three, four] = [await opened(t, { channel }), await opened(t, { channel })];
  assert.deepEqual(await crosses(three, four), { n: 1 });
});

test('while Redis is away this server goes on, and the others hear again when it is back', { skip }, async (t) => {
  const port = await freePort();
  const channel = randomUUID();
  const logged: string[] = [];
  const log: Log = { ...silentLog, warn: (fields, message) => logged.push(`${JSON.stringify(fields)} ${message}`) };
  const redis = await startRedis(port);
  const [one, two] = [await opened(t, { port, channel, log }), await opened(t, { port, channel })];
  assert.deepEqual([one.reached, two.reached], [true, true]);
  assert.deepEqual(await crosses(one, two), { n: 1 });
  await redis[Symbol.asyncDispose]();
  const heard: JsonObject[] = [];
  using _here = one.subscribe('here', (message) => heard.push(message));
  for (let n = 0; n < 1000; n += 1) one.publish('here', { n });
  assert.equal(heard.length, 1000);
  await using _again = await startRedis(port);
  assert.deepEqual(await crosses(one, two), { n: 1 });
  assert.deepEqual(await crosses(two, one), { n: 1 });
  assert.ok(logged.length > 0);
});

test('a server starts without Redis, says so, and hears of the others once it is there', { skip }, async (t) => {
  const port = await freePort();
  const channel = randomUUID();
  const [one, two] = await Promise.all([
    opened(t, { port, channel, patienceMs: 50 }),
    opened(t, { port, channel, patienceMs: 50 }),
  ]);
  assert.deepEqual([one.reached, two.reached], [false, false]);
  await using _redis = await startRedis(port);
  assert.deepEqual(await crosses(one, two), { n: 1 });
});

test('Redis lets in who has the password, and the log does not tell it', { skip }, async (t) => {
  const port = await freePort();
  const channel = randomUUID();
  const logged: string[] = [];
  const log: Log = { ...silentLog, warn: (fields, message) => logged.push(`${JSON.stringify(fields)} ${message}`) };
  await using _redis = await startRedis(port, '--requirepass', 'seven quiet herons');
  const [one, two] = [
    await opened(t, { port, channel, password: 'seven quiet herons' }),
    await opened(t, { port, channel, password: 'seven quiet herons' }),
  ];
  assert.deepEqual(await crosses(one, two), { n: 1 });
  const wrong = await opened(t, { port, channel, password: 'seven loud herons', patienceMs: 300, log });
  assert.equal(wrong.reached, false);
  assert.doesNotMatch(logged.join(), /herons/);
});

test('what is not ours on the channel is passed over', { skip }, async (t) => {
  const { Redis } = await import('ioredis');
  const channel = randomUUID();
  const pubSub = await opened(t, { channel });
  const other = new Redis(redisPlace().port, '127.0.0.1');
  t.after(() => other.disconnect());
  const { promise, resolve } = Promise.withResolvers<JsonObject>();
  using _heard = pubSub.subscribe('t', resolve);
  for (const text of ['', 'null', '[]', '{"topic":"t","message":{}}', '{"from":"x","topic":"t","message":1}']) {
    await other.publish(channel, text);
  }
  await other.publish(channel, JSON.stringify({ from: 'x', topic: 't', message: { n: 2 } }));
  assert.deepEqual(await promise, { n: 2 });
});
