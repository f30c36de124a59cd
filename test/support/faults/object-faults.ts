import type { MultipartUploads, ObjectStore } from '../../../src/storage/index.ts';

type Operation = Exclude<keyof ObjectStore, 'properties' | 'multipart' | symbol> | keyof MultipartUploads;

export interface FaultedCall {
  readonly operation: Operation;
  /** The key; for a list its prefix. */
  readonly key: string;
  /** Which call of this operation it is, from 1. */
  readonly nth: number;
}

/** What goes wrong with one call. Several may be combined. */
export interface Fault {
  /** Waited for before anything is done: a store that stalls. */
  readonly hold?: Promise<unknown>;
  /** Thrown instead of the call. */
  readonly before?: Error;
  /** Thrown although the call was done: the answer that got lost. */
  readonly after?: Error;
  /** What happens to the bytes on their way, in either direction. */
  readonly body?: BodyFault;
}

export interface BodyFault {
  /** After so many bytes… */
  readonly at: number;
  /** …this is thrown (a full disk, a broken connection), */
  readonly error?: Error;
  /** …or this is waited for, */
  readonly hold?: Promise<unknown>;
  /** …or it ends as though all were there, */
  readonly end?: true;
  /** …or the lowest bit of the byte there is turned over. */
  readonly flipBit?: true;
}

/** A store that fails as the plan says; calls without a fault go through untouched. */
export function withFaults(store: ObjectStore, plan: (call: FaultedCall) => Fault | undefined): ObjectStore {
  const counts = new Map<Operation, number>();
  const faulty = async <Result>(
    operation: Operation,
    key: string,
    call: (spoil: (body: AsyncIterable<Uint8Array>) => AsyncIterable<Uint8Array>) => Promise<Result>,
  ): Promise<Result> => {
    const nth = (counts.get(operation) ?? 0) + 1;
    counts.set(operation, nth);
    const fault = plan({ operation, key, nth });
    await fault?.hold;
    if (fault?.before) throw fault.before;
    const bodyFault = fault?.body;
    const result = await call((body) => (bodyFault ? spoiled(body, bodyFault) : body));
    if (fault?.after) throw fault.after;
    return result;
  };
  const { multipart } = store;
  return {
    properties: store.properties,
    put: (key, body, options) => faulty('put', key, (spoil) => store.put(key, spoil(body), options)),
    get: (key, options) =>
      faulty('get', key, async (spoil) => {
        const object = await store.get(key, options);
        return { ...object, body: spoil(object.body) };
      }),
    head: (key, options) => faulty('head', key, () => store.head(key, options)),
    delete: (key, options) => faulty('delete', key, () => store.delete(key, options)),
    list: (options) => faulty('list', options.prefix ?? '', () => store.list(options)),
    copy: (from, to, options) => faulty('copy', to, () => store.copy(from, to, options)),
    multipart: {
      create: (key, options) => faulty('create', key, () => multipart.create(key, options)),
      putPart: (key, id, number, body, options) =>
        faulty('putPart', key, (spoil) => multipart.putPart(key, id, number, spoil(body), options)),
      listParts: (key, id, options) => faulty('listParts', key, () => multipart.listParts(key, id, options)),
      complete: (key, id, parts, options) => faulty('complete', key, () => multipart.complete(key, id, parts, options)),
      abort: (key, id, options) => faulty('abort', key, () => multipart.abort(key, id, options)),
    },
    [Symbol.asyncDispose]: () => store[Symbol.asyncDispose](),
  };
}

async function* spoiled(body: AsyncIterable<Uint8Array>, fault: BodyFault): AsyncGenerator<Uint8Array> {
  let at = 0;
  for await (const piece of body) {
    const start = at;
    at += piece.byteLength;
    const here = fault.at - start;
    if (here < 0 || here >= piece.byteLength) {
      yield piece;
      continue;
    }
    if (fault.flipBit) {
      const altered = Buffer.from(piece);
      altered[here] = (altered[here] ?? 0) ^ 1;
      yield altered;
      continue;
    }
    if (here > 0) yield piece.subarray(0, here);
    await fault.hold;
    if (fault.error) throw fault.error;
    if (fault.end) return;
    yield piece.subarray(here);
  }
}
