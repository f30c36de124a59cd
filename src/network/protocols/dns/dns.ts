import type { Draft } from '../../records/log-records.ts';
import { type Analyzer, type Channel, seconds, type Side } from '../analyzer.ts';
import { be16 } from '../text.ts';
import { type Message, readMessage } from './message.ts';
import { className, codeName, typeName } from './numbers.ts';

/** Questions of one flow that wait for their answers; then the oldest goes without. */
const MOST_WAITING = 64;
/** What one takes, its name included. */
const WAITING_BYTES = 768;

interface Waiting {
  readonly message: Message;
  readonly timeUs: number;
}

const NOBODY: readonly Waiting[] = [];

/** Questions and their answers, whichever port they use: each datagram is a message (RFC 1035, section 4.2.1). As a class it takes a third of what functions would. */
class DnsExchange implements Analyzer {
  readonly #channel: Channel;
  /** Mostly one or none, where an array that is pushed to has room for 17. */
  #waiting = NOBODY;

  constructor(channel: Channel) {
    this.#channel = channel;
  }

  get isIdle(): boolean {
    return this.#waiting.length === 0;
  }

  /** False: this is no DNS. */
  take(bytes: Uint8Array, from: number, to: number, timeUs: number): boolean {
    const message = readMessage(bytes, from, to);
    if (message === null) return false;
    this.#channel.confirm('dns');
    if (!message.isResponse) {
      // It was asked again: the first time counts.
      if (this.#waiting.some((each) => isOf(each.message, message))) return true;
      if (this.#waiting.length >= MOST_WAITING) {
        this.#unanswered(this.#waiting[0]!);
        this.#waiting = this.#waiting.slice(1);
        this.#channel.keep(-WAITING_BYTES);
      }
      this.#waiting = this.#waiting.concat({ message, timeUs });
      this.#channel.keep(WAITING_BYTES);
      return true;
    }
    const asked = this.#waiting.find((each) => isOf(each.message, message));
    if (asked) {
      this.#waiting = this.#waiting.length === 1 ? NOBODY : this.#waiting.filter((each) => each !== asked);
      this.#channel.keep(-WAITING_BYTES);
    }
    this.#channel.emit(recordOf(asked ?? null, message, timeUs));
    return true;
  }

  parse(_side: Side, bytes: Uint8Array, from: number, to: number, timeUs: number): number {
    if (!this.take(bytes, from, to, timeUs)) this.#channel.refuse();
    return to;
  }

  gap(): boolean {
    return true;
  }

  end(): void {
    const waiting = this.#waiting;
    this.#waiting = NOBODY;
    for (const each of waiting) this.#unanswered(each);
  }

  #unanswered(asked: Waiting): void {
    this.#channel.emit(recordOf(asked, null, asked.timeUs));
  }
}

function isOf(asked: Message, message: Message): boolean {
  return asked.id === message.id && (message.query === undefined || asked.query === message.query);
}

function recordOf(asked: Waiting | null, answer: Message | null, timeUs: number): Draft {
  const said = (answer ?? asked?.message)!;
  const about = asked?.message.query === undefined ? said : asked.message;
  const known = about.query !== undefined && {
    ...{ query: about.query, qclass: about.qclass, qclass_name: className(about.qclass) },
    ...{ qtype: about.qtype, qtype_name: typeName(about.qtype) },
  };
  const answered = answer && {
    ...{ rcode: answer.rcode, rcode_name: codeName(answer.rcode) },
    ...(answer.answers.length > 0 && { answers: answer.answers, TTLs: answer.ttls }),
  };
  const bit = (mask: number): boolean => (said.flags & mask) !== 0;
  return {
    ...{ log: 'dns', ts: seconds(asked?.timeUs ?? timeUs), trans_id: said.id },
    ...(asked && answer && timeUs >= asked.timeUs && { rtt: (timeUs - asked.timeUs) / 1e6 }),
    ...known,
    ...answered,
    ...{ AA: bit(0x400), TC: bit(0x200), RD: bit(0x100), RA: bit(0x80), Z: (said.flags >> 4) & 7 },
    rejected: answer !== null && answer.isEmpty,
  };
}

export function dnsOverUdp(channel: Channel): Analyzer {
  return new DnsExchange(channel);
}

/** RFC 1035, section 4.2.2: two bytes of length before each message. */
export function dnsOverTcp(channel: Channel): Analyzer {
  const exchange = new DnsExchange(channel);
  return {
    parse(side, bytes, from, to, timeUs) {
      let at = from;
      while (to - at >= 2) {
        const end = at + 2 + be16(bytes, at);
        if (end > to) {
          channel.need(side, end - at);
          return at;
        }
        if (!exchange.take(bytes, at + 2, end, timeUs)) {
          channel.refuse();
          return to;
        }
        at = end;
      }
      return at;
    },
    gap: () => false,
    end: () => exchange.end(),
  };
}
