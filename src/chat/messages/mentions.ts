import type { ChatDeps } from '../chat-deps.ts';

/** People whom one message may name; further names in it are just text. */
export const MOST_NAMED = 20;
/** At the start, or behind what is no part of a word: `mail a@b.c` names nobody. */
const NAMED = /(?<![\p{L}\p{N}_.@/-])@([a-z0-9][a-z0-9._-]{0,31})/giu;
export const CODE = /```[\s\S]*?(?:```|$)|`[^`\n]*`/g;

export interface Mentions {
  readonly accountIds: readonly string[];
  /** `@room` */
  readonly everybody: boolean;
}

const NOBODY: Mentions = { accountIds: [], everybody: false };

/** Whom a text names by handle, code left out. */
export async function mentionsIn(
  { personOfHandle }: Pick<ChatDeps, 'personOfHandle'>,
  text: string,
): Promise<Mentions> {
  // Most messages name nobody.
  if (!text.includes('@')) return NOBODY;
  const words = new Set<string>();
  for (const [, word = ''] of text.replace(CODE, ' ').matchAll(NAMED)) {
    // What ends a sentence is no part of a name.
    words.add(word.toLowerCase().replace(/[._-]+$/, ''));
  }
  const everybody = words.delete('room');
  const found = await Promise.all([...words].slice(0, MOST_NAMED).map((word) => personOfHandle(word)));
  const accountIds = [...new Set(found.flatMap((person) => person?.accountId ?? []))];
  return { accountIds, everybody };
}
