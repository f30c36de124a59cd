import { timestamp } from '../../base/clock.ts';
import type { Letter } from './channel.ts';
import { cutUtf8 } from '../../base/formats/cut-utf8.ts';

/** RFC 5424 section 6.2.1. */
const SEVERITIES = { critical: 2, warning: 4, info: 6 } as const satisfies Record<Letter['severity'], number>;

/** The number that RFC 5612 keeps for who has none of their own; no other SD-ID of this form can be meant. */
const STRUCTURE = 'notice@32473';

export interface SyslogFrame {
  /** 0-23, RFC 5424 section 6.2.1. */
  readonly facility: number;
  readonly hostName: string;
  /** At least 480 (RFC 5426 section 3.2): head and structured data always fit. */
  readonly maxBytes: number;
}

/**
 * A message of RFC 5424 with the letter's facts as structured data. What is too long is cut at the end of the text, never
 * in the midst of a character; a link that leaves no room is left out.
 */
export function syslogMessage(letter: Letter, { facility, hostName, maxBytes }: SyslogFrame): Buffer {
  const priority = facility * 8 + SEVERITIES[letter.severity];
  // Short enough, with every sign escaped, to fit the least that a datagram may hold.
  const host = headerField(hostName, 100);
  const id = headerField(letter.id, 48);
  const kind = headerField(letter.kind, 32);
  const facts = { id, kind, severity: letter.severity, count: String(letter.count) };
  const head = (linked: object): string =>
    `<${priority}>1 ${timestamp(letter.at)} ${host} holdfast - ${kind} ${structured({ ...facts, ...linked })}`;
  const whole = head(letter.link === null ? {} : { link: letter.link });
  const start = Buffer.from(Buffer.byteLength(whole) <= maxBytes ? whole : head({}));
  // The mark says that the text is UTF-8 (section 6.4).
  const text = Buffer.from(` \ufeff${oneLine(`${letter.subject}: ${letter.text}`)}`);
  return Buffer.concat([start, cutUtf8(text, maxBytes - start.length)]);
}

/** Octet counting, RFC 6587 section 3.4.1 and RFC 5425 section 4.3. */
export function octetCounted(message: Buffer): Buffer {
  return Buffer.concat([Buffer.from(`${message.length} `), message]);
}

/** Visible ASCII, section 6; `-` where nothing is left. */
function headerField(text: string, maxLength: number): string {
  const plain = text.replaceAll(/[^\x21-\x7e]/g, '').slice(0, maxLength);
  return plain === '' ? '-' : plain;
}

/** Section 6.3.3: `"`, `\` and `]` are escaped, and nothing else is. */
function structured(values: Readonly<Record<string, string>>): string {
  const params = Object.entries(values).map(
    ([name, value]) => `${name}="${oneLine(value).replaceAll(/["\\\]]/g, String.raw`\$&`)}"`,
  );
  return `[${[STRUCTURE, ...params].join(' ')}]`;
}

/** Without control characters, which RFC 5424 section 6.4 warns of, and with which a text could feign a second message. */
function oneLine(text: string): string {
  return text
    .toWellFormed()
    .replaceAll(/[\p{Cc}\u2028\u2029]+/gu, ' ')
    .trim();
}
