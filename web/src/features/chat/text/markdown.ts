/** Reading Markdown (GitHub's kind, a line break where one was typed). It is only taken apart here; see message-text.tsx. */
import { Lexer, type Token } from 'marked';

/** What was read once is drawn again when it is scrolled back; the oldest goes first. */
const KEPT = 400;
/** Marks in a row that people use for nothing, and that would be taken apart one in the other. */
const HOSTILE = /(?:[>*_~[\]()`!<]\s*){200}|(?:(?:\d+[.)]|[-+*])[ \t]+){40}/;
/** More marks of emphasis than this take longer to pair than a frame lasts. */
const MOST_MARKS = 1_000;

const known = new Map<string, readonly Token[]>();

/** What cannot be read as Markdown is one text, as it was written. */
export function parsed(text: string): readonly Token[] {
  const before = known.get(text);
  if (before) return before;
  const tokens = read(text);
  known.set(text, tokens);
  const [oldest] = known.size > KEPT ? known.keys() : [];
  if (oldest !== undefined) known.delete(oldest);
  return tokens;
}

function read(text: string): readonly Token[] {
  const plain = [{ type: 'text', raw: text, text, escaped: false } as Token];
  if (HOSTILE.test(text) || (text.match(/[*_~`]/g)?.length ?? 0) > MOST_MARKS) return plain;
  try {
    return new Lexer({ gfm: true, breaks: true }).lex(text);
  } catch {
    return plain;
  }
}
