import { type Analyzer, type Channel, CLIENT, seconds, type Side } from '../analyzer.ts';
import { Lines } from '../lines.ts';
import { Logins } from '../login.ts';
import { text } from '../text.ts';
import { SaslExchange } from './sasl.ts';

/** A name or a password that comes in a literal is shorter than that. */
const MOST_LITERAL = 4096;
const MOST_LINE = 8192;

/** RFC 9051. After a login nothing more is read: there is no other. */
class Imap implements Analyzer {
  readonly #channel: Channel;
  readonly #logins: Logins;
  readonly #lines = [new Lines(), new Lines()] as const;
  /** Of a command that goes on behind a literal. */
  #begun = '';
  /** Bytes of the literal that comes next; -1: a line. */
  #literal = -1;
  #exchange: SaslExchange | null = null;
  #loginTag = '';
  #tlsTag = '';

  constructor(channel: Channel) {
    this.#channel = channel;
    this.#logins = new Logins(channel, 'imap');
  }

  parse(side: Side, bytes: Uint8Array, from: number, to: number, timeUs: number): number {
    if (side === CLIENT && this.#literal >= 0) {
      if (to - from < this.#literal) return from;
      const end = from + this.#literal;
      this.#begun += ` ${quoted(text(bytes, from, end, MOST_LITERAL))}`;
      this.#literal = -1;
      return end;
    }
    const lines = this.#lines[side];
    if (!lines.find(bytes, from, to)) {
      if (lines.isTooLong) this.#channel.done();
      return from;
    }
    const line = text(bytes, from, lines.end, MOST_LINE);
    if (side === CLIENT) this.#command(line, timeUs);
    else this.#answer(line, timeUs);
    return lines.next;
  }

  gap(): boolean {
    this.#channel.done();
    return false;
  }

  end(): void {
    this.#logins.settle({});
  }

  #command(line: string, timeUs: number): void {
    const literal = /^(.*?) ?\{(\d{1,9})\+?\}$/s.exec(line);
    if (literal && Number(literal[2]) > MOST_LITERAL) return this.#channel.done();
    if (literal) {
      this.#begun += literal[1] ?? '';
      this.#literal = Number(literal[2]);
      if (this.#begun.length > MOST_LINE) this.#channel.done();
      return;
    }
    const whole = this.#begun + line;
    this.#begun = '';
    if (this.#exchange !== null) return this.#exchange.take(line);
    const [, tag = '', verb = '', rest = ''] = /^(\S+) +(\S+)(?: +(.*))?$/s.exec(whole) ?? [];
    if (tag === '') return;
    switch (verb.toUpperCase()) {
      case 'LOGIN': {
        const [user, password] = words(rest);
        this.#logins.begin({ ts: seconds(timeUs), user, mechanism: 'LOGIN', isCleartext: !!password });
        this.#loginTag = tag;
        return;
      }
      case 'AUTHENTICATE': {
        const [mechanism = '', first] = rest.split(/ +/, 2);
        this.#exchange = new SaslExchange(this.#logins.begin({ ts: seconds(timeUs) }), mechanism);
        if (first !== undefined) this.#exchange.take(first);
        this.#loginTag = tag;
        return;
      }
      case 'STARTTLS':
        this.#tlsTag = tag;
        return;
      default:
    }
  }

  #answer(line: string, timeUs: number): void {
    const [, tag = '', code = '', response = ''] = /^(\S+) +(OK|NO|BAD|PREAUTH|BYE)\b *(.*)$/is.exec(line) ?? [];
    if (tag === '*') {
      this.#logins.server ??= response.slice(0, 256);
      this.#channel.confirm('imap');
      return;
    }
    if (tag === '') return;
    const isGood = code.toUpperCase() === 'OK';
    if (tag === this.#tlsTag && isGood) return this.#logins.hidden(seconds(timeUs));
    if (tag !== this.#loginTag) return;
    this.#exchange = null;
    this.#logins.settle({ success: isGood, code: code.toUpperCase(), response });
    if (isGood) this.#channel.done();
  }
}

/** Atoms and quoted strings. */
function words(rest: string): string[] {
  return [...rest.matchAll(/"((?:[^"\\]|\\.)*)"|(\S+)/g)]
    .slice(0, 2)
    .map(([, inside, atom]) => (inside === undefined ? (atom ?? '') : inside.replace(/\\(.)/g, '$1')));
}

const quoted = (value: string): string => `"${value.replace(/[\\"]/g, '\\$&').replace(/[\r\n]/g, ' ')}"`;

export const openImap = (channel: Channel): Analyzer => new Imap(channel);
