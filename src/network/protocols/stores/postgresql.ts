import { type Analyzer, type Channel, CLIENT, seconds, type Side } from '../analyzer.ts';
import { Logins } from '../login.ts';
import { be32, find, text } from '../text.ts';

/** What a client says first in place of a version: PostgreSQL's documentation, “Message Formats”. */
const Request = { cancel: 80_877_102, ssl: 80_877_103, gss: 80_877_104 } as const;
const VERSION_3 = 3;
const MOST_STARTUP = 10_000;
const MOST_MESSAGE = 65_536;

const AUTHENTICATIONS: Readonly<Record<number, string>> = {
  2: 'kerberos',
  3: 'password',
  5: 'md5',
  7: 'gss',
  9: 'sspi',
};
const SASL = 10;
const READY = 90;
const ERROR = 69;
const AUTHENTICATION = 82;
const PARAMETER = 83;
const PASSWORD = 112;

/** Who connects to which database, how they prove it, and what the server says. */
class Postgresql implements Analyzer {
  readonly #channel: Channel;
  readonly #logins: Logins;
  #isStarted = false;
  /** What the server's next byte answers. */
  #asked: 'ssl' | 'gss' | null = null;

  constructor(channel: Channel) {
    this.#channel = channel;
    this.#logins = new Logins(channel, 'pgsql');
  }

  parse(side: Side, bytes: Uint8Array, from: number, to: number, timeUs: number): number {
    if (side === CLIENT)
      return this.#isStarted ? this.#message(side, bytes, from, to) : this.#startup(bytes, from, to, timeUs);
    if (this.#asked !== null) return this.#encryption(bytes, from, timeUs);
    return this.#message(side, bytes, from, to);
  }

  gap(): boolean {
    this.#channel.done();
    return false;
  }

  end(): void {
    this.#logins.settle({});
  }

  #startup(bytes: Uint8Array, from: number, to: number, timeUs: number): number {
    if (to - from < 8) return from;
    const size = be32(bytes, from);
    const request = be32(bytes, from + 4);
    if (size < 8 || size > MOST_STARTUP) {
      this.#channel.refuse();
      return to;
    }
    const end = from + size;
    if (end > to) {
      this.#channel.need(CLIENT, size);
      return from;
    }
    if (request === Request.ssl || request === Request.gss) this.#asked = request === Request.ssl ? 'ssl' : 'gss';
    else if (request >>> 16 === VERSION_3) this.#began(bytes, from + 8, end, timeUs);
    else this.#channel.refuse();
    return end;
  }

  #began(bytes: Uint8Array, from: number, to: number, timeUs: number): void {
    const values = new Map<string, string>();
    for (let at = from; at < to && bytes[at] !== 0 && values.size < 32;) {
      const nameTo = find(bytes, 0, at, to);
      const valueTo = nameTo < 0 ? -1 : find(bytes, 0, nameTo + 1, to);
      if (valueTo < 0) break;
      values.set(text(bytes, at, nameTo, 64), text(bytes, nameTo + 1, valueTo, 256));
      at = valueTo + 1;
    }
    const user = values.get('user');
    if (user === undefined) return this.#channel.refuse();
    this.#channel.confirm('postgresql');
    this.#isStarted = true;
    this.#logins.begin({ ts: seconds(timeUs), user, database: values.get('database') ?? user });
  }

  /** One letter: yes, no; else an old server's error. */
  #encryption(bytes: Uint8Array, from: number, timeUs: number): number {
    const letter = String.fromCharCode(bytes[from]!);
    const asked = this.#asked;
    this.#asked = null;
    if ((letter === 'S' && asked === 'ssl') || (letter === 'G' && asked === 'gss')) {
      this.#channel.confirm('postgresql');
      this.#logins.hidden(seconds(timeUs));
    } else if (letter !== 'N') this.#channel.refuse();
    return from + 1;
  }

  #message(side: Side, bytes: Uint8Array, from: number, to: number): number {
    if (to - from < 5) return from;
    const size = be32(bytes, from + 1);
    if (size < 4 || size > MOST_MESSAGE) {
      this.#channel.done();
      return to;
    }
    const end = from + 1 + size;
    if (end > to) {
      this.#channel.need(side, end - from);
      return from;
    }
    if (side === CLIENT) this.#proof(bytes, from, end);
    else this.#answer(bytes, from, end);
    return end;
  }

  #proof(bytes: Uint8Array, from: number, to: number): void {
    const { attempt } = this.#logins;
    if (bytes[from] !== PASSWORD || attempt === null) return;
    if (attempt.mechanism === 'password') attempt.isCleartext = to - from > 6;
    else if (attempt.mechanism === 'SASL') {
      const end = find(bytes, 0, from + 5, to);
      if (end > 0) attempt.mechanism = text(bytes, from + 5, end, 32);
    }
  }

  #answer(bytes: Uint8Array, from: number, to: number): void {
    const { attempt } = this.#logins;
    switch (bytes[from]!) {
      case AUTHENTICATION: {
        const kind = to - from >= 9 ? be32(bytes, from + 5) : -1;
        if (attempt !== null && kind === SASL) attempt.mechanism = 'SASL';
        else if (attempt !== null && AUTHENTICATIONS[kind] !== undefined) attempt.mechanism = AUTHENTICATIONS[kind];
        else if (attempt !== null && kind === 0) attempt.mechanism ??= 'trust';
        return;
      }
      case PARAMETER: {
        const [name, value] = text(bytes, from + 5, to, 256).split('\0');
        if (name === 'server_version' && value !== undefined) this.#logins.server = value;
        return;
      }
      case ERROR: {
        const fields = text(bytes, from + 5, to, 4096).split('\0');
        const of = (letter: string): string | undefined => fields.find((each) => each.startsWith(letter))?.slice(1);
        const [code, response] = [of('C'), of('M')];
        this.#logins.settle({
          success: false,
          ...(code !== undefined && { code }),
          ...(response !== undefined && { response }),
        });
        return;
      }
      case READY:
        this.#logins.settle({ success: true });
        this.#channel.done();
        return;
      default:
    }
  }
}

export const openPostgresql = (channel: Channel): Analyzer => new Postgresql(channel);

export function looksLikePostgresql(bytes: Uint8Array, from: number, to: number): 'yes' | 'more' | 'no' {
  const expected = [0, 0];
  for (let at = 0; at < Math.min(2, to - from); at += 1) if (bytes[from + at] !== expected[at]) return 'no';
  if (to - from < 8) return 'more';
  const size = be32(bytes, from);
  const request = be32(bytes, from + 4);
  if (request === Request.ssl || request === Request.gss) return size === 8 ? 'yes' : 'no';
  return request >>> 16 === VERSION_3 && size > 8 && size <= MOST_STARTUP ? 'yes' : 'no';
}
