/** What the search box offers. */
import type { ReactElement, ReactNode } from 'react';

export type Choice = Offer & (Going | Asking);

interface Offer {
  readonly key: string;
  readonly label: string;
  /** Stands beside it: what it is, or where it lies. */
  readonly hint: string;
  readonly icon: ReactNode;
}
interface Going {
  readonly go: () => void;
}
/** Shows a dialog in the place of the box. */
interface Asking {
  readonly ask: (onClose: () => void) => ReactElement;
}

/** How many of each kind are offered: more are found on the pages themselves. */
export const MOST = 8;

/** How well a choice fits what somebody typed: the lower the better. */
export interface Ranked {
  readonly rank: number;
  readonly choice: Choice;
}

/** The label begins so; each word begins one of the label's; each is somewhere in it, or in what stands beside it. */
const BEGINS = 0;
const WORDS = 1;
const HOLDS = 2;

/** `null`: it does not fit. `beside`: other words that it is known by. Accents and capitals make no difference. */
export function rankOf(text: string, label: string, beside = ''): number | null {
  const typed = folded(text);
  const name = folded(label);
  const words = typed.split(/\s+/).filter((word) => word !== '');
  const all = `${name} ${folded(beside)}`;
  if (!words.every((word) => all.includes(word))) return null;
  if (name.startsWith(typed)) return BEGINS;
  const named = name.split(/[^\p{L}\p{N}]+/u);
  return words.every((word) => named.some((each) => each.startsWith(word))) ? WORDS : HOLDS;
}

/** Those that fit, the best first, and at most as many as are offered of one kind. */
export function ranked(
  text: string,
  choices: readonly { readonly choice: Choice; readonly beside?: string }[],
): readonly Ranked[] {
  return choices
    .flatMap(({ choice, beside }) => {
      const rank = rankOf(text, choice.label, beside);
      return rank === null ? [] : [{ rank, choice }];
    })
    .toSorted((one, other) => one.rank - other.rank)
    .slice(0, MOST);
}

/**
 * What is named as somebody typed comes before files, which are found a moment later and would push it down under the
 * finger; what merely holds the words comes after them.
 */
export function around(files: readonly Choice[], others: readonly Ranked[]): readonly Choice[] {
  const inOrder = others.toSorted((one, other) => one.rank - other.rank);
  const isNamed = ({ rank }: Ranked): boolean => rank < HOLDS;
  return [
    ...inOrder.filter(isNamed).map(({ choice }) => choice),
    ...files,
    ...inOrder.filter((each) => !isNamed(each)).map(({ choice }) => choice),
  ];
}

function folded(text: string): string {
  return text.normalize('NFKD').replaceAll(/\p{M}/gu, '').toLowerCase();
}
