import type { Redis as Client, RedisOptions } from 'ioredis';
import { errorFacts } from '../../base/error-facts.ts';
import { newId } from '../../base/ids.ts';
import type { Log } from '../../base/log.ts';
import type { JsonObject } from '../records/record-store.ts';
import { inProcessPubSub } from './in-process.ts';
import type { PubSub } from './pub-sub.ts';

/** Where a server of Redis's protocol (Redis, Valkey) is, and how it lets us in. */
export interface RedisPlace {
  readonly host: string;
  readonly port: number;
  readonly tls: boolean;
  /** 0 to 15; messages cross databases all the same. */
  readonly database: number;
  /** `null`: the one that Redis takes when none is named. */
  readonly username: string | null;
  readonly password: string | null;
}

export interface RedisPubSubOptions {
  readonly place: RedisPlace;
  /** One for each workspace: all its servers, and nobody else. */
  readonly channel: string;
  /** How long opening waits for Redis, in ms; after that it goes on trying. */
  readonly patienceMs: number;
  readonly log: Log;
}

export interface RedisPubSub extends PubSub {
  /** Whether Redis was there when it was opened. */
  readonly reached: boolean;
}

/** What goes over the channel. */
type Envelope = { readonly from: string; readonly topic: string; readonly message: JsonObject };

/** Answers as they always were: another form of them would make another client. */
type PlainOptions = Omit<RedisOptions, 'replyMapping'>;

const TELL_EVERY_MS = 60_000;
const MAX_RETRY_MS = 2_000;

/**
 * Messages between the servers of a workspace. Those who listen on this one hear at once and whether Redis is there or
 * not; while it is not, the other servers hear nothing and look at the records from time to time.
 */
export async function openRedisPubSub({ place, channel, patienceMs, log }: RedisPubSubOptions): Promise<RedisPubSub> {
  // Its face in CommonJS is the class, in the bundle as well; what the types say of that depends on who reads them.
  const { Redis } = (await import('ioredis')).default as unknown as { readonly Redis: typeof Client };
  const local = inProcessPubSub({ log });
  const from = newId();
  const troubled = seldomTold(log);
  let ended = false;
  const outgoing = new Redis(optionsOf(place, { enableOfflineQueue: false }));
  const incoming = new Redis(optionsOf(place, { autoResubscribe: true }));
  for (const client of [outgoing, incoming]) client.on('error', troubled);

  incoming.on('message', (_channel: string, text: string) => {
    const envelope = read(text);
    if (envelope && envelope.from !== from) local.publish(envelope.topic, envelope.message);
  });
  const subscribed = incoming.subscribe(channel).then(
    () => true,
    () => false,
  );
  const reached = await within(patienceMs, Promise.all([subscribed, ready(outgoing)]));

  return {
    reached,
    publish(topic, message) {
      local.publish(topic, message);
      const envelope: Envelope = { from, topic, message };
      // Lost while Redis is away, as the port says.
      if (!ended) outgoing.publish(channel, JSON.stringify(envelope)).catch(troubled);
    },
    subscribe: (topic, listener) => local.subscribe(topic, listener),
    async [Symbol.asyncDispose]() {
      ended = true;
      incoming.disconnect();
      outgoing.disconnect();
      await local[Symbol.asyncDispose]();
    },
  };
}

function optionsOf({ host, port, tls, database, username, password }: RedisPlace, more: PlainOptions): PlainOptions {
  return {
    host,
    port,
    db: database,
    ...(tls ? { tls: { servername: host } } : {}),
    ...(username === null ? {} : { username }),
    ...(password === null ? {} : { password }),
    // It is tried for as long as this server runs.
    maxRetriesPerRequest: null,
    retryStrategy: (attempt) => Math.min(attempt * 100, MAX_RETRY_MS),
    ...more,
  };
}

function ready(client: Client): Promise<boolean> {
  if (client.status === 'ready') return Promise.resolve(true);
  return new Promise((resolve) => client.once('ready', () => resolve(true)));
}

async function within(patienceMs: number, all: Promise<readonly boolean[]>): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const late = setTimeout(() => resolve(false), patienceMs);
  const inTime = await Promise.race([promise, all.then((each) => each.every(Boolean))]);
  clearTimeout(late);
  return inTime;
}

/** `null`: nothing of ours. */
function read(text: string): Envelope | null {
  try {
    const { from, topic, message } = JSON.parse(text) as Partial<Envelope>;
    const whole =
      typeof from === 'string' && typeof topic === 'string' && typeof message === 'object' && message !== null;
    return whole ? { from, topic, message } : null;
  } catch {
    return null;
  }
}

function seldomTold(log: Log): (error: unknown) => void {
  let toldMs = -TELL_EVERY_MS;
  return (error) => {
    if (performance.now() - toldMs < TELL_EVERY_MS) return;
    toldMs = performance.now();
    log.warn(errorFacts(error), 'Redis cannot be reached: what other servers do is seen late');
  };
}
