/** What is proposed for the word at the caret: people after @, emoji after a colon, commands at the beginning after /. */
import { emojisLike } from './emoji.ts';

export interface Proposal {
  /** What takes the place of the word. */
  readonly insert: string;
  readonly label: string;
  readonly hint: string;
}

export interface Completion {
  /** Where the word begins in the text. */
  readonly start: number;
  readonly proposals: readonly Proposal[];
}

export interface Named {
  readonly handle: string;
  readonly name: string;
}

export interface Command {
  readonly name: string;
  readonly about: string;
}

const MOST = 8;
const WORD = /(?:^|[\s(])([@:][\p{L}\p{N}_.+-]*)$/u;

/** `null`: nothing to propose. `caret` counts UTF-16 units. */
export function completionAt(
  text: string,
  caret: number,
  { people, commands }: { readonly people: readonly Named[]; readonly commands: readonly Command[] },
): Completion | null {
  const before = text.slice(0, caret);
  const command = /^\/(\S*)$/.exec(before);
  if (command) {
    const proposals = commands
      .filter(({ name }) => name.startsWith(command[1] ?? ''))
      .map(({ name, about }) => ({ insert: `/${name} `, label: `/${name}`, hint: about }));
    return some(0, proposals);
  }
  const word = WORD.exec(before)?.[1];
  if (word === undefined) return null;
  const start = before.length - word.length;
  const letters = word.slice(1).toLowerCase();
  if (word.startsWith(':')) {
    if (letters.length < 2) return null;
    const found = emojisLike(letters, MOST);
    return some(
      start,
      found.map(({ name, emoji }) => ({ insert: `${emoji} `, label: `${emoji} :${name}:`, hint: '' })),
    );
  }
  const everybody = { handle: 'room', name: 'Everybody in this room' };
  const fits = ({ handle, name }: Named): boolean =>
    handle.toLowerCase().startsWith(letters) ||
    name
      .toLowerCase()
      .split(/\s+/)
      .some((part) => part.startsWith(letters));
  return some(
    start,
    [...people, everybody]
      .filter(fits)
      .map(({ handle, name }) => ({ insert: `@${handle} `, label: `@${handle}`, hint: name === handle ? '' : name })),
  );
}

function some(start: number, proposals: readonly Proposal[]): Completion | null {
  return proposals.length === 0 ? null : { start, proposals: proposals.slice(0, MOST) };
}
