import type { Draft } from '../../records/log-records.ts';
import { type Analyzer, type Channel, SERVER, seconds, type Side } from '../analyzer.ts';
import { le24 } from '../text.ts';
import { isSslRequest, type LoginRequest, readChangeUser, readGreeting, readLogin, readRefusal } from './handshake.ts';

const HEADER_BYTES = 4;
/** Greetings, logins and their answers are shorter; what is longer is data, of which nobody reads more. */
const MOST_READ = 4096;
const COM_CHANGE_USER = 0x11;
/** Plugins to which the client sends the password as it is. */
const CLEAR = new Set(['mysql_clear_password', 'dialog']);
const SHA2 = 'caching_sha2_password';

interface Attempt extends LoginRequest {
  readonly cmd: string;
  readonly ts: number;
  mechanism: string | undefined;
  isCleartext: boolean;
  /** caching_sha2_password: the server wants the password itself, and the client asked for a key to encrypt it with. */
  isFull: boolean;
  hasKey: boolean;
}

/** Who logs in, and what the server says to it. Commands are passed over, but for the one that changes the user. */
class Mysql implements Analyzer {
  readonly #channel: Channel;
  #version: string | undefined;
  #plugin: string | undefined;
  #attempt: Attempt | null = null;
  #isLoggedIn = false;
  #isCompressed = false;

  constructor(channel: Channel) {
    this.#channel = channel;
  }

  parse(side: Side, bytes: Uint8Array, from: number, to: number, timeUs: number): number {
    // Once somebody is in, the first byte of a command is enough, and of answers their length.
    const enough = this.#isLoggedIn && this.#attempt === null;
    if (to - from < HEADER_BYTES + 1) return from;
    const size = le24(bytes, from);
    const isCommand = bytes[from + 3] === 0 && bytes[from + HEADER_BYTES] === COM_CHANGE_USER;
    if (enough && side === SERVER) return this.#passOver(bytes, from, to);
    const isPassedOver = enough && !isCommand;
    if (size === 0 || isPassedOver || size > MOST_READ) {
      // Nobody logs in with so much.
      if (size > MOST_READ && !enough) this.#channel.refuse();
      this.#channel.skip(side, HEADER_BYTES + size);
      return from;
    }
    const end = from + HEADER_BYTES + size;
    if (end > to) {
      this.#channel.need(side, end - from);
      return from;
    }
    if (side === SERVER) this.#fromServer(bytes, from + HEADER_BYTES, end, timeUs);
    else this.#fromClient(bytes, from + HEADER_BYTES, end, timeUs);
    return end;
  }

  /** Rows of answers: as many packets as there are. */
  #passOver(bytes: Uint8Array, from: number, to: number): number {
    let at = from;
    while (to - at >= HEADER_BYTES) at += HEADER_BYTES + le24(bytes, at);
    if (at > to) this.#channel.skip(SERVER, at - to);
    return Math.min(at, to);
  }

  gap(): boolean {
    this.#channel.done();
    return false;
  }

  end(): void {
    this.#settle({});
  }

  #fromServer(bytes: Uint8Array, from: number, to: number, timeUs: number): void {
    const attempt = this.#attempt;
    const refusal = readRefusal(bytes, from, to);
    if (refusal !== null) {
      this.#channel.confirm('mysql');
      const said = { success: false, error_code: refusal.code, response: refusal.message };
      if (attempt === null) this.#emit({ ts: seconds(timeUs), cmd: 'login', ...said });
      else this.#settle(said);
      return;
    }
    if (attempt === null) return this.#greeted(bytes, from, to);
    switch (bytes[from]!) {
      case 0x00:
        this.#isLoggedIn = true;
        this.#settle({ success: true });
        if (this.#isCompressed) this.#channel.done();
        return;
      case 0xfe:
        attempt.mechanism = pluginOf(bytes, from + 1, to);
        return;
      case 0x01:
        if (attempt.mechanism === SHA2 && bytes[from + 1] === 4) attempt.isFull = true;
        return;
      default:
    }
  }

  #greeted(bytes: Uint8Array, from: number, to: number): void {
    if (this.#version !== undefined) return;
    const greeting = readGreeting(bytes, from, to);
    if (greeting === null) return this.#channel.refuse();
    this.#channel.confirm('mysql');
    this.#version = greeting.version;
    this.#plugin = greeting.plugin;
  }

  #fromClient(bytes: Uint8Array, from: number, to: number, timeUs: number): void {
    const attempt = this.#attempt;
    if (attempt !== null) return followUp(attempt, bytes, from, to);
    if (this.#isLoggedIn) return this.#began('change_user', readChangeUser(bytes, from + 1, to), timeUs);
    if (isSslRequest(bytes, from, to)) {
      this.#emit({ ts: seconds(timeUs), cmd: 'login', tls: true });
      this.#channel.startOver();
      return;
    }
    this.#began('login', readLogin(bytes, from, to), timeUs);
  }

  #began(cmd: string, login: LoginRequest | null, timeUs: number): void {
    if (login === null) return this.#channel.refuse();
    const mechanism = login.plugin ?? this.#plugin;
    const isCleartext = login.hasProof && mechanism !== undefined && CLEAR.has(mechanism);
    this.#isCompressed ||= login.isCompressed;
    this.#attempt = { ...login, cmd, ts: seconds(timeUs), mechanism, isCleartext, isFull: false, hasKey: false };
  }

  /** The attempt is over. */
  #settle(said: { readonly success?: boolean; readonly error_code?: number; readonly response?: string }): void {
    const attempt = this.#attempt;
    if (attempt === null) return;
    this.#attempt = null;
    const { cmd, ts, user, database, mechanism, isCleartext } = attempt;
    this.#emit({
      ...{ ts, cmd, user, arg: user, ...said },
      ...(database !== undefined && { database }),
      ...(mechanism !== undefined && { mechanism }),
      ...(isCleartext && { cleartext: true }),
    });
  }

  #emit(said: Partial<Extract<Draft, { log: 'mysql' }>> & { readonly ts: number; readonly cmd: string }): void {
    const version = this.#version;
    this.#channel.emit({ log: 'mysql', tls: false, ...said, ...(version !== undefined && { version }) });
  }
}

/** What the client sends after the server asked for another proof, or for more. */
function followUp(attempt: Attempt, bytes: Uint8Array, from: number, to: number): void {
  const size = to - from;
  if (attempt.mechanism !== undefined && CLEAR.has(attempt.mechanism)) attempt.isCleartext ||= size > 1;
  if (!attempt.isFull || attempt.hasKey) return;
  if (size === 1 && bytes[from] === 2) attempt.hasKey = true;
  // What is encrypted to a key of 2048 bits or more is longer, and ends with no 0 but by chance.
  else if (size < 256 && bytes[to - 1] === 0) attempt.isCleartext = true;
}

function pluginOf(bytes: Uint8Array, from: number, to: number): string {
  if (from >= to) return 'mysql_old_password';
  let name = '';
  for (let at = from; at < to && bytes[at] !== 0 && name.length < 64; at += 1) name += String.fromCharCode(bytes[at]!);
  return name;
}

export const openMysql = (channel: Channel): Analyzer => new Mysql(channel);
