import { be16, be32 } from '../text.ts';
import { answerText } from './answer-text.ts';
import { readName, skipName } from './name.ts';

/** What is read of a message. */
export interface Message {
  readonly id: number;
  readonly isResponse: boolean;
  readonly flags: number;
  readonly rcode: number;
  readonly query: string | undefined;
  readonly qtype: number;
  readonly qclass: number;
  readonly answers: readonly string[];
  readonly ttls: readonly number[];
  /** It holds no record at all, in any of its sections. */
  readonly isEmpty: boolean;
}

export const HEADER_BYTES = 12;
/** A record of a log keeps no more of them. */
const MOST_ANSWERS = 100;
/** Of all answers of a message. */
const MOST_ANSWERS_TEXT = 4096;
/** Everybody asks one thing at a time, but for what finds services in its own network. */
const MOST_QUESTIONS = 32;
/** Query, status, notify, update (RFC 6895). */
const OPCODES = [0, 2, 4, 5];

/** RFC 1035, section 4. null: this is no message of DNS. Records that are cut off or broken end the answers, and nothing else. */
export function readMessage(bytes: Uint8Array, from: number, to: number): Message | null {
  if (to - from < HEADER_BYTES) return null;
  const flags = be16(bytes, from + 2);
  const [questions, answers] = [be16(bytes, from + 4), be16(bytes, from + 6)];
  const [authorities, additions] = [be16(bytes, from + 8), be16(bytes, from + 10)];
  const isResponse = (flags & 0x8000) !== 0;
  if (!OPCODES.includes((flags >> 11) & 15)) return null;
  if (questions > MOST_QUESTIONS) return null;
  const isEmpty = answers + authorities + additions === 0;
  if (questions === 0 && (isEmpty ? !isResponse : answers === 0 && authorities === 0)) return null;
  let at = from + HEADER_BYTES;
  let query: string | undefined;
  let [qtype, qclass] = [0, 0];
  for (let question = 0; question < questions; question += 1) {
    const name = question === 0 ? readName(bytes, from, to, at) : null;
    if (question === 0) {
      if (name === null || name.next + 4 > to) return null;
      query = name.name;
      qtype = be16(bytes, name.next);
      qclass = be16(bytes, name.next + 2);
    }
    const next = name === null ? skipName(bytes, to, at) : name.next;
    if (next < 0 || next + 4 > to) return null;
    at = next + 4;
  }
  // What lies behind the question has to be said before, or it is something else that looks like one.
  if (isEmpty && at !== to && !isResponse) return null;
  const [texts, ttls]: [string[], number[]] = [[], []];
  let size = 0;
  for (
    let answer = 0;
    isResponse && answer < Math.min(answers, MOST_ANSWERS) && size < MOST_ANSWERS_TEXT;
    answer += 1
  ) {
    const head = skipName(bytes, to, at);
    if (head < 0 || head + 10 > to) break;
    const dataAt = head + 10;
    const next = dataAt + be16(bytes, head + 8);
    if (next > to) break;
    const said = answerText({ bytes, start: from, end: to }, be16(bytes, head), dataAt, next);
    size += said.length;
    texts.push(said);
    ttls.push(be32(bytes, head + 4));
    at = next;
  }
  return {
    ...{ id: be16(bytes, from), isResponse, flags, rcode: flags & 15, query, qtype, qclass },
    ...{ answers: texts, ttls, isEmpty },
  };
}

/** Of the first message over TCP, with its length before it. */
export function looksLikeDns(bytes: Uint8Array, from: number, to: number, port: number): 'yes' | 'more' | 'no' {
  const isUsual = port === 53;
  if (to - from < 2 + HEADER_BYTES) {
    return to - from < 1 || bytes[from]! < (isUsual ? 256 : 16) ? 'more' : 'no';
  }
  const length = be16(bytes, from);
  const flags = be16(bytes, from + 4);
  const isPlain = be16(bytes, from + 6) === 1 && (flags & 0x0040) === 0 && OPCODES.includes((flags >> 11) & 15);
  if (!isPlain || length < HEADER_BYTES + 5) return 'no';
  const end = from + 2 + length;
  if (end <= to) return readMessage(bytes, from + 2, end) === null ? 'no' : 'yes';
  // An answer in many segments: its head and its name have to be in order.
  const name = skipName(bytes, to, from + 2 + HEADER_BYTES);
  return name < 0 ? 'no' : name + 4 > to ? 'more' : 'yes';
}
