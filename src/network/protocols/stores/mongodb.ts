import { type Analyzer, type Channel, CLIENT, seconds, type Side } from '../analyzer.ts';
import { scramUser } from '../dialogues/sasl.ts';
import { Logins } from '../login.ts';
import { find, le32 } from '../text.ts';
import { type Element, Kind, numberOf, payloadOf, readDocument, textOf } from './bson.ts';

const HEADER_BYTES = 16;
const Operation = { reply: 1, query: 2004, compressed: 2012, message: 2013 } as const;
const OPERATIONS: readonly number[] = Object.values(Operation);
/** MongoDB takes no longer messages. */
const MOST_MESSAGE = 48_000_000;
/** A login is shorter; what is longer is passed over. */
const MOST_READ = 16_384;
/** Who has not logged in by then does not need to. */
const MOST_MESSAGES = 128;

type Document = Map<string, Element>;

/** SASL within commands, and the certificate's login. Who is let in is asked no further. */
class Mongodb implements Analyzer {
  readonly #channel: Channel;
  readonly #logins: Logins;
  #messages = 0;
  /** Number of the message whose answer decides. */
  #asked = -1;

  constructor(channel: Channel) {
    this.#channel = channel;
    this.#logins = new Logins(channel, 'mongodb');
  }

  parse(side: Side, bytes: Uint8Array, from: number, to: number, timeUs: number): number {
    if (to - from < HEADER_BYTES) return from;
    const size = le32(bytes, from);
    const operation = le32(bytes, from + 12);
    if (size < HEADER_BYTES || size > MOST_MESSAGE || !OPERATIONS.includes(operation)) {
      this.#channel.refuse();
      return to;
    }
    if (size > MOST_READ || operation === Operation.compressed) {
      this.#channel.skip(side, size);
      return from;
    }
    const end = from + size;
    if (end > to) {
      this.#channel.need(side, size);
      return from;
    }
    this.#channel.confirm('mongodb');
    const at = documentAt(bytes, from, end, operation);
    const document = at < 0 ? new Map<string, Element>() : readDocument(bytes, at, end);
    if (side === CLIENT) this.#command(bytes, document, le32(bytes, from + 4), timeUs);
    else this.#answer(bytes, document, le32(bytes, from + 8));
    this.#messages += 1;
    if (this.#messages > MOST_MESSAGES) this.#channel.done();
    return end;
  }

  gap(): boolean {
    this.#channel.done();
    return false;
  }

  end(): void {
    this.#logins.settle({});
  }

  #command(bytes: Uint8Array, document: Document, number: number, timeUs: number): void {
    if (document.has('saslContinue')) {
      this.#asked = number;
      const { attempt } = this.#logins;
      if (attempt?.mechanism === 'PLAIN') attempt.isCleartext = true;
      return;
    }
    const early = document.get('speculativeAuthenticate');
    const asked = early?.kind === Kind.document ? readDocument(bytes, early.from, early.to) : document;
    if (!asked.has('saslStart') && !asked.has('authenticate')) return;
    const mechanism = textOf(bytes, asked.get('mechanism'));
    const payload = payloadOf(bytes, asked.get('payload')) ?? '';
    const plain = mechanism === 'PLAIN' ? payload.split('\0') : undefined;
    const user = plain?.[1] ?? textOf(bytes, asked.get('user')) ?? scramUser(payload);
    const database = textOf(bytes, asked.get('db')) ?? textOf(bytes, asked.get('$db'));
    const isSame = this.#logins.attempt?.user === user && this.#logins.attempt?.mechanism === mechanism;
    // A server that knows no early logins leaves it out, and the client asks again.
    if (!isSame) this.#logins.begin({ ts: seconds(timeUs), user, mechanism, database, isCleartext: !!plain?.[2] });
    this.#asked = number;
  }

  #answer(bytes: Uint8Array, document: Document, answered: number): void {
    if (answered !== this.#asked || this.#logins.attempt === null) return;
    const early = document.get('speculativeAuthenticate');
    const said = early?.kind === Kind.document ? readDocument(bytes, early.from, early.to) : document;
    const isGood = numberOf(bytes, document.get('ok')) === 1;
    if (!isGood) {
      const code = numberOf(bytes, document.get('code'));
      const response = textOf(bytes, document.get('errmsg'));
      this.#logins.settle({
        success: false,
        ...(code !== undefined && { code: String(code) }),
        ...(response !== undefined && { response }),
      });
      return;
    }
    // Without a conversation the certificate was all there is to say.
    const isDone = numberOf(bytes, said.get('done')) === 1 || (document.has('dbname') && document.has('user'));
    if (!isDone) return;
    this.#logins.settle({ success: true });
    this.#channel.done();
  }
}

/** Where the document of a message begins; -1: there is none. */
function documentAt(bytes: Uint8Array, from: number, to: number, operation: number): number {
  const at = from + HEADER_BYTES;
  if (operation === Operation.message) return bytes[at + 4] === 0 ? at + 5 : -1;
  if (operation === Operation.reply) return at + 20;
  // Flags, the collection's name, how many to skip and to give.
  const nameTo = find(bytes, 0, Math.min(at + 4, to), Math.min(to, at + 260));
  return nameTo < 0 ? -1 : nameTo + 9;
}

export const openMongodb = (channel: Channel): Analyzer => new Mongodb(channel);

export function looksLikeMongodb(bytes: Uint8Array, from: number, to: number): 'yes' | 'more' | 'no' {
  // Up to its length no byte is sure; what follows is, since nobody begins with more than 16 MB.
  if (to - from < HEADER_BYTES) return to - from < 4 || bytes[from + 3] === 0 ? 'more' : 'no';
  const size = le32(bytes, from);
  const operation = le32(bytes, from + 12);
  const isFirst = le32(bytes, from + 8) === 0;
  return isFirst && size > HEADER_BYTES && size < 2 ** 24 && OPERATIONS.includes(operation) ? 'yes' : 'no';
}
