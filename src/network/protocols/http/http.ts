import { type Analyzer, type Channel, CLIENT, SERVER, seconds, type Side } from '../analyzer.ts';
import { Lines } from '../lines.ts';
import { startsWith } from '../text.ts';
import { Body } from './body.ts';
import { type Head, readField, readRequestLine, readStatusLine } from './head.ts';

/** Requests that were sent before their answers came; then the oldest goes without one. */
const MOST_WAITING = 64;
const MOST_FIELDS = 256;

interface Request extends Head {
  readonly ts: number;
  readonly depth: number;
  body: Body | null;
}

/** Requests and responses of one connection, in their order. */
class Http implements Analyzer {
  readonly #channel: Channel;
  readonly #lines = [new Lines(), new Lines()] as const;
  readonly #waiting: Request[] = [];
  /** The head that is being read, of each side. */
  readonly #heads: [Request | null, Head | null] = [null, null];
  readonly #fields: [number, number] = [0, 0];
  /** The body that is being passed over, of each side. */
  readonly #bodies: [Body | null, Body | null] = [null, null];
  /** Of which response that is. */
  #response: Head | null = null;
  #responseTs = 0;
  #depth = 0;

  constructor(channel: Channel) {
    this.#channel = channel;
  }

  parse(side: Side, bytes: Uint8Array, from: number, to: number, timeUs: number): number {
    const body = this.#bodies[side];
    if (body !== null && !body.isDone) {
      const at = body.take(this.#lines[side], bytes, from, to);
      if (at < 0) {
        this.#channel.done();
        return to;
      }
      if (body.isDone) this.#bodyEnded(side);
      return at;
    }
    const lines = this.#lines[side];
    if (!lines.find(bytes, from, to)) {
      if (lines.isTooLong) this.#channel.done();
      return from;
    }
    const { end, next } = lines;
    const head = this.#heads[side];
    if (head === null) this.#begin(side, bytes, from, end, timeUs);
    else if (end > from) this.#field(side, head, bytes, from, end);
    else if (side === CLIENT) this.#requested();
    else this.#answered();
    return next;
  }

  gap(side: Side, size: number): boolean {
    this.#lines[side].reset();
    return this.#bodies[side]?.lose(size) ?? false;
  }

  end(): void {
    if (this.#response !== null) this.#bodyEnded(SERVER);
    for (const request of this.#waiting.splice(0)) this.#emit(request, null);
  }

  #begin(side: Side, bytes: Uint8Array, from: number, to: number, timeUs: number): void {
    // Some end a body with a line too many.
    if (from === to) return;
    this.#fields[side] = 0;
    if (side === CLIENT) {
      const request = readRequestLine(bytes, from, to);
      if (request === null) return this.#refuse();
      this.#depth += 1;
      this.#heads[CLIENT] = { ...request, ts: seconds(timeUs), depth: this.#depth, body: null };
    } else {
      const response = readStatusLine(bytes, from, to);
      if (response === null) return this.#refuse();
      this.#heads[SERVER] = response;
      this.#responseTs = seconds(timeUs);
    }
    this.#channel.confirm('http');
  }

  #refuse(): void {
    this.#channel.refuse();
  }

  #field(side: Side, head: Head, bytes: Uint8Array, from: number, to: number): void {
    this.#fields[side] += 1;
    if (this.#fields[side] > MOST_FIELDS) return this.#channel.done();
    readField(head, bytes, from, to);
  }

  #requested(): void {
    const request = this.#heads[CLIENT]!;
    this.#heads[CLIENT] = null;
    request.body = this.#bodies[CLIENT] = new Body(request, false);
    if (this.#waiting.length >= MOST_WAITING) this.#emit(this.#waiting.shift()!, null);
    this.#waiting.push(request);
    this.#channel.keep(request.size);
  }

  #answered(): void {
    const response = this.#heads[SERVER]!;
    this.#heads[SERVER] = null;
    const status = response.status ?? 0;
    const [request] = this.#waiting;
    // Another one follows, but after a change of protocol.
    if (status >= 100 && status < 200 && status !== 101) return;
    const isTunnel = request?.method === 'CONNECT' && status >= 200 && status < 300;
    const isEmpty = isTunnel || status === 101 || status === 204 || status === 304 || request?.method === 'HEAD';
    if (isEmpty) [response.length, response.isChunked] = [0, false];
    this.#response = response;
    const body = (this.#bodies[SERVER] = new Body(response, true));
    if (body.isDone) this.#bodyEnded(SERVER);
    if (isTunnel) this.#channel.startOver();
    else if (status === 101) this.#channel.done();
  }

  #bodyEnded(side: Side): void {
    if (side === CLIENT) return;
    const response = this.#response;
    this.#response = null;
    this.#emit(this.#waiting.shift() ?? null, response);
  }

  #emit(request: Request | null, response: Head | null): void {
    const status = response?.status;
    if (request !== null) this.#channel.keep(-request.size);
    const isKnown = status !== undefined && (status < 400 || status === 401 || status === 407);
    const version = request?.version ?? response?.version;
    this.#channel.emit({
      ...{ log: 'http', ts: request?.ts ?? this.#responseTs, trans_depth: request?.depth ?? this.#depth },
      ...(request?.method !== undefined && { method: request.method }),
      ...(request?.host !== undefined && { host: request.host }),
      ...(request?.uri !== undefined && { uri: request.uri }),
      ...(request?.referrer !== undefined && { referrer: request.referrer }),
      ...(version !== undefined && { version }),
      ...(request?.userAgent !== undefined && { user_agent: request.userAgent }),
      ...{ request_body_len: request?.body?.bytes ?? 0 },
      ...{ response_body_len: response === null ? 0 : (this.#bodies[SERVER]?.bytes ?? 0) },
      ...(status !== undefined && { status_code: status }),
      ...(response?.reason !== undefined && { status_msg: response.reason }),
      ...(response?.mimeType !== undefined && { resp_mime_types: [response.mimeType] }),
      ...(request?.user !== undefined && { user: request.user }),
      ...(request?.hasCredential && isKnown && { success: status < 400 }),
      ...(request?.isReadable && { cleartext: true }),
    });
  }
}

export const openHttp = (channel: Channel): Analyzer => new Http(channel);

const METHODS = [
  ...[
    'GET ',
    'POST ',
    'HEAD ',
    'PUT ',
    'DELETE ',
    'OPTIONS ',
    'CONNECT ',
    'TRACE ',
    'PATCH ',
    'PROPFIND ',
    'PROPPATCH ',
  ],
  ...['MKCOL ', 'COPY ', 'MOVE ', 'LOCK ', 'UNLOCK ', 'REPORT ', 'SEARCH ', 'MERGE ', 'NOTIFY ', 'SUBSCRIBE '],
];
const STATUS = ['HTTP/1.'];

/** The method of a client, or the version of a server. */
export function looksLikeHttp(words: readonly string[]) {
  return (bytes: Uint8Array, from: number, to: number): 'yes' | 'more' | 'no' => {
    let likeness: 'more' | 'no' = 'no';
    for (const word of words) {
      const size = Math.min(word.length, to - from);
      if (!startsWith(bytes, from, to, word.slice(0, size))) continue;
      if (size === word.length) return 'yes';
      likeness = 'more';
    }
    return likeness;
  };
}

export const looksLikeRequest = looksLikeHttp(METHODS);
export const looksLikeResponse = looksLikeHttp(STATUS);
