import { HoldfastError } from '../../base/errors.ts';
import { isReplayable, replayableBody } from './body.ts';
import type { ObjectStore } from './object-store.ts';
import { watchedBody } from './watched-body.ts';

/** Upper ends of the latency buckets in ms; one more bucket holds everything slower. */
export const LATENCY_BUCKETS_MS: readonly number[] = [1, 5, 25, 100, 500, 2500, 10_000];

const OPERATIONS = [
  'put',
  'get',
  'head',
  'delete',
  'list',
  'copy',
  'create',
  'putPart',
  'listParts',
  'complete',
  'abort',
] as const;
type Operation = (typeof OPERATIONS)[number];

export interface OperationMetrics {
  readonly calls: number;
  /** Calls that have not ended; a get ends with its body. */
  readonly running: number;
  /** By error code; `other` for errors that carry none of ours, such as a broken source. */
  readonly failures: Readonly<Record<string, number>>;
  /** Bytes of bodies that went to the store or came from it, failed calls included. */
  readonly bytes: number;
  /** Until the call answered; for a get until its body was opened. */
  readonly totalMs: number;
  readonly maxMs: number;
  /** Calls per bucket of {@link LATENCY_BUCKETS_MS}. */
  readonly latencies: readonly number[];
}

export interface MeteredObjectStore extends ObjectStore {
  /** The counts since the store was made, as they stand. */
  snapshot(): Readonly<Record<Operation, OperationMetrics>>;
}

/** Counts what goes through. `now` is a clock in ms that never goes back. */
export function withMetrics(store: ObjectStore, now: () => number = () => performance.now()): MeteredObjectStore {
  const meters = Object.fromEntries(OPERATIONS.map((name) => [name, new Meter(now)])) as Record<Operation, Meter>;
  const { multipart } = store;
  return {
    properties: store.properties,
    snapshot: () =>
      Object.fromEntries(OPERATIONS.map((name) => [name, meters[name].snapshot()])) as Record<
        Operation,
        OperationMetrics
      >,
    put: (key, body, options) => meters.put.run(() => store.put(key, counted(body, meters.put), options)),
    async get(key, options = {}) {
      const meter = meters.get;
      const object = await meter.open(() => store.get(key, options));
      const hooks = { piece: (bytes: Uint8Array) => meter.add(bytes), end: (error?: unknown) => meter.end(error) };
      return { ...object, body: watchedBody(object.body, hooks, options.signal) };
    },
    head: (key, options) => meters.head.run(() => store.head(key, options)),
    delete: (key, options) => meters.delete.run(() => store.delete(key, options)),
    list: (options) => meters.list.run(() => store.list(options)),
    copy: (from, to, options) => meters.copy.run(() => store.copy(from, to, options)),
    multipart: {
      create: (key, options) => meters.create.run(() => multipart.create(key, options)),
      putPart: (key, id, number, body, options) =>
        meters.putPart.run(() => multipart.putPart(key, id, number, counted(body, meters.putPart), options)),
      listParts: (key, id, options) => meters.listParts.run(() => multipart.listParts(key, id, options)),
      complete: (key, id, parts, options) => meters.complete.run(() => multipart.complete(key, id, parts, options)),
      abort: (key, id, options) => meters.abort.run(() => multipart.abort(key, id, options)),
    },
    [Symbol.asyncDispose]: () => store[Symbol.asyncDispose](),
  };
}

function counted(body: AsyncIterable<Uint8Array>, meter: Meter): AsyncIterable<Uint8Array> {
  const count = async function* (): AsyncGenerator<Uint8Array> {
    for await (const piece of body) {
      meter.add(piece);
      yield piece;
    }
  };
  return isReplayable(body) ? replayableBody(count) : count();
}

class Meter {
  readonly #now: () => number;
  readonly #failures = new Map<string, number>();
  readonly #latencies = Array.from({ length: LATENCY_BUCKETS_MS.length + 1 }, () => 0);
  #calls = 0;
  #running = 0;
  #bytes = 0;
  #totalMs = 0;
  #maxMs = 0;

  constructor(now: () => number) {
    this.#now = now;
  }

  async run<Result>(call: () => Promise<Result>): Promise<Result> {
    const result = await this.open(call);
    this.end();
    return result;
  }

  /** Counts and times a call; one that succeeds runs on until `end`. */
  async open<Result>(call: () => Promise<Result>): Promise<Result> {
    const begun = this.#now();
    this.#calls += 1;
    this.#running += 1;
    try {
      return await call();
    } catch (error) {
      this.end(error);
      throw error;
    } finally {
      const ms = this.#now() - begun;
      const bucket = LATENCY_BUCKETS_MS.findIndex((limit) => ms <= limit);
      const index = bucket === -1 ? LATENCY_BUCKETS_MS.length : bucket;
      this.#latencies[index] = (this.#latencies[index] ?? 0) + 1;
      this.#totalMs += ms;
      this.#maxMs = Math.max(this.#maxMs, ms);
    }
  }

  add(bytes: Uint8Array): void {
    this.#bytes += bytes.byteLength;
  }

  end(error?: unknown): void {
    this.#running -= 1;
    if (error === undefined) return;
    const code = error instanceof HoldfastError ? error.code : 'other';
    this.#failures.set(code, (this.#failures.get(code) ?? 0) + 1);
  }

  snapshot(): OperationMetrics {
    return {
      calls: this.#calls,
      running: this.#running,
      failures: Object.fromEntries(this.#failures),
      bytes: this.#bytes,
      totalMs: this.#totalMs,
      maxMs: this.#maxMs,
      latencies: [...this.#latencies],
    };
  }
}
