import type { Channel, OpenAnalyzer } from '../analyzer.ts';
import { find, startsWith, text } from '../text.ts';
import { openFtp } from './ftp.ts';
import { openSmtp } from './smtp.ts';

type Likeness = 'yes' | 'more' | 'no';

/** A greeting that begins so. */
export function begins(words: string) {
  return (bytes: Uint8Array, from: number, to: number): Likeness => {
    const size = Math.min(words.length, to - from);
    if (!startsWith(bytes, from, to, words.slice(0, size))) return 'no';
    return size === words.length ? 'yes' : 'more';
  };
}

const FTP_WORDS = /ftp|filezilla/i;
const MAIL_WORDS = /smtp|mail|postfix|exim|sendmail/i;
const MAIL_PORTS = [25, 465, 587, 2525];
/** A greeting that has not ended by then tells by what there is. */
const ENOUGH = 48;

/** Whether the words of a greeting that begins with 220 make it what is asked for. */
function greets220(bytes: Uint8Array, from: number, to: number, isIt: (words: string) => boolean): Likeness {
  const likeness = begins('220')(bytes, from, to);
  if (likeness !== 'yes') return likeness;
  if (to - from < 4) return 'more';
  if (bytes[from + 3] !== 32 && bytes[from + 3] !== 45) return 'no';
  const end = find(bytes, 10, from, to);
  if (end < 0 && to - from < ENOUGH) return 'more';
  return isIt(text(bytes, from + 4, end < 0 ? to : end, 512)) ? 'yes' : 'no';
}

/** FTP and SMTP greet alike: the words tell, else the port, else what the client says to it. */
export function looksLikeFtp(bytes: Uint8Array, from: number, to: number, port: number): Likeness {
  return greets220(bytes, from, to, (words) => FTP_WORDS.test(words) || (port === 21 && !MAIL_WORDS.test(words)));
}

export function looksLikeSmtp(bytes: Uint8Array, from: number, to: number, port: number): Likeness {
  return greets220(bytes, from, to, (words) => MAIL_WORDS.test(words) || MAIL_PORTS.includes(port));
}

/** Which of them it is, once the client has spoken. */
export const openMailOrFtp = (channel: Channel): ReturnType<OpenAnalyzer> => ({
  parse(side, bytes, from, to) {
    if (side === 1) return from;
    const open = /^(ehlo|helo|lhlo)\b/i.test(text(bytes, from, to, 16)) ? openSmtp : openFtp;
    if (to - from >= 4) channel.switchTo(open(channel));
    return from;
  },
  gap: () => false,
  end: () => undefined,
});

/** One of both, and nothing tells which. */
export function looksLikeEither(bytes: Uint8Array, from: number, to: number): Likeness {
  return greets220(bytes, from, to, () => true);
}
