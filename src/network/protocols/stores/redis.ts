import { type Analyzer, type Channel, CLIENT, seconds, SERVER, type Side } from '../analyzer.ts';
import { Lines } from '../lines.ts';
import { Logins } from '../login.ts';
import { text } from '../text.ts';

/** Who has not logged in by then does not need to. */
const MOST_COMMANDS = 64;
const MOST_ARGUMENTS = 1_048_576;
/** Arguments of AUTH and HELLO; those of others nobody keeps. */
const MOST_KEPT = 8;
const MOST_ARGUMENT = 512;

interface Asked {
  readonly place: number;
  readonly ts: number;
  readonly user: string;
  readonly mechanism: string;
}

/** RESP 2 and 3: logins with AUTH and HELLO. Answers are counted, so that each command gets its own. */
class Redis implements Analyzer {
  readonly #channel: Channel;
  readonly #logins: Logins;
  readonly #lines = [new Lines(), new Lines()] as const;
  readonly #asked: Asked[] = [];
  #commands = 0;
  #answers = 0;
  /** Of the command that is being read. */
  #words: string[] = [];
  #wordsLeft = 0;
  #wordBytes = -1;
  /** Values that the answer being read still lacks. */
  #valuesLeft = 0;

  constructor(channel: Channel) {
    this.#channel = channel;
    this.#logins = new Logins(channel, 'redis');
  }

  parse(side: Side, bytes: Uint8Array, from: number, to: number, timeUs: number): number {
    if (side === CLIENT && this.#wordBytes >= 0) return this.#word(bytes, from, to, timeUs);
    const lines = this.#lines[side];
    if (!lines.find(bytes, from, to)) {
      if (lines.isTooLong) this.#channel.done();
      return from;
    }
    const line = text(bytes, from, lines.end, MOST_ARGUMENT);
    if (side === SERVER) this.#answer(line);
    else this.#command(line, timeUs);
    return lines.next;
  }

  gap(): boolean {
    this.#channel.done();
    return false;
  }

  end(): void {
    for (const asked of this.#asked.splice(0)) this.#settle(asked, {});
  }

  #command(line: string, timeUs: number): void {
    const count = /^([*$])(\d{1,9})$/.exec(line);
    if (this.#wordsLeft > 0) {
      if (count?.[1] !== '$') return this.#channel.refuse();
      this.#wordBytes = Number(count[2]);
      return;
    }
    if (count?.[1] === '*') {
      this.#channel.confirm('redis');
      this.#wordsLeft = Number(count[2]);
      if (this.#wordsLeft > MOST_ARGUMENTS) this.#channel.done();
      return;
    }
    this.#words = line.trim().split(/ +/, MOST_KEPT);
    if (line.trim() !== '') this.#said(timeUs);
  }

  /** One word and the end of its line: kept where it may be of a login, else passed over. */
  #word(bytes: Uint8Array, from: number, to: number, timeUs: number): number {
    const size = this.#wordBytes;
    const isKept = this.#words.length < MOST_KEPT && size <= MOST_ARGUMENT && isLogin(this.#words[0]);
    if (isKept) {
      if (to - from < size + 2) return from;
      this.#words.push(text(bytes, from, from + size, MOST_ARGUMENT));
    } else {
      this.#words.push('');
      if (this.#words.length > MOST_KEPT) this.#words.length = MOST_KEPT;
      this.#channel.skip(CLIENT, size + 2);
    }
    this.#wordBytes = -1;
    this.#wordsLeft -= 1;
    if (this.#wordsLeft === 0) this.#said(timeUs);
    return isKept ? from + size + 2 : from;
  }

  /** A whole command. */
  #said(timeUs: number): void {
    const [verb = '', ...rest] = this.#words;
    this.#words = [];
    const place = this.#commands;
    this.#commands += 1;
    const ts = seconds(timeUs);
    if (/^auth$/i.test(verb)) {
      const user = rest.length > 1 ? rest[0]! : 'default';
      this.#asked.push({ place, ts, user, mechanism: 'AUTH' });
    } else if (/^hello$/i.test(verb)) {
      const at = rest.findIndex((word) => /^auth$/i.test(word));
      if (at >= 0 && rest[at + 1] !== undefined)
        this.#asked.push({ place, ts, user: rest[at + 1]!, mechanism: 'HELLO' });
    }
    if (this.#commands > MOST_COMMANDS) this.#channel.done();
  }

  /** A line of an answer; its first says what became of the command. */
  #answer(line: string): void {
    const [kind = '', rest = ''] = [line.slice(0, 1), line.slice(1)];
    const isFirst = this.#valuesLeft === 0;
    if (isFirst) this.#valuesLeft = 1;
    const length = /^\d{1,9}$/.test(rest) ? Number(rest) : -1;
    this.#valuesLeft -= 1;
    switch (kind) {
      case '$':
      case '=':
      case '!':
        if (length >= 0) this.#channel.skip(SERVER, length + 2);
        break;
      case '*':
      case '~':
      case '>':
        if (length > 0) this.#valuesLeft += length;
        break;
      case '%':
      case '|':
        if (length > 0) this.#valuesLeft += length * 2;
        break;
      case '+':
      case '-':
      case ':':
      case '_':
      case '#':
      case ',':
      case '(':
        break;
      default:
        return this.#channel.refuse();
    }
    if (!isFirst) return;
    this.#channel.confirm('redis');
    // What is pushed answers nobody.
    if (kind === '>') return;
    const place = this.#answers;
    this.#answers += 1;
    const [asked] = this.#asked;
    if (asked?.place !== place) return;
    this.#asked.shift();
    if (kind === '-') this.#settle(asked, { success: false, code: rest.split(' ', 1)[0]!, response: rest });
    else {
      this.#settle(asked, { success: true });
      this.#channel.done();
    }
  }

  #settle({ ts, user, mechanism }: Asked, answer: Parameters<Logins['settle']>[0]): void {
    this.#logins.begin({ ts, user, mechanism, isCleartext: true });
    this.#logins.settle(answer);
  }
}

/** Nothing was said yet, or it may be a login. */
const isLogin = (verb: string | undefined): boolean => verb === undefined || /^(auth|hello)$/i.test(verb);

export const openRedis = (channel: Channel): Analyzer => new Redis(channel);

/** `*2` and `$4`, each on a line, or a login typed by hand. */
export function looksLikeRedis(bytes: Uint8Array, from: number, to: number): 'yes' | 'more' | 'no' {
  const words = text(bytes, from, to, 32);
  if (/^\*\d{1,7}\r\n\$/.test(words)) return 'yes';
  if (/^\*(\d{1,7}(\r\n?)?)?$/.test(words)) return 'more';
  // FTP and mail have another AUTH, but there the server speaks first.
  if (/^auth (tls|ssl|plain|login|cram)/i.test(words)) return 'no';
  if (/^(auth|hello|ping|info)\b[^\r\n]*\r?\n/i.test(words)) return 'yes';
  return /^(a(u(th?)?)?|h(e(l(lo?)?)?)?|p(i(ng?)?)?|i(n(fo?)?)?)$/i.test(words) || /^auth [^\r\n]*$/i.test(words)
    ? 'more'
    : 'no';
}
