/** Takes the name of a bucket apart into what it is made of: the organisation, words, Regions, numbers, what is random. */
import { commonWords, environments, regionPattern } from './common-words.ts';

/** `random`: nobody guesses it. */
export type TokenKind = 'org' | 'env' | 'region' | 'account' | 'year' | 'number' | 'word' | 'random' | 'separator';

export interface Token {
  readonly kind: TokenKind;
  readonly text: string;
}

/** What is known of whoever the names belong to. */
export interface Owner {
  /** How they are called in names of buckets: `acme`, `acme-corp`. */
  readonly names: readonly string[];
  /** Numbers of their accounts. */
  readonly accounts: readonly string[];
}

export type TakeApart = (name: string) => readonly Token[];

/** A fused name such as `acmebackups` is only taken apart at names of this length: shorter ones are parts of words. */
const FUSED_FROM = 4;

export function takeApartFor({ names, accounts }: Owner): TakeApart {
  const orgs = new Set(names);
  const longestFirst = [...orgs].toSorted((one, other) => other.length - one.length);
  const whole = (pattern: string) => `(?<![a-z0-9])(?:${pattern})(?![a-z0-9])`;
  const parts = [
    ...(orgs.size === 0 ? [] : [`(?<org>${whole(longestFirst.map(quoted).join('|'))})`]),
    `(?<region>${whole(regionPattern)})`,
    '(?<word>[a-z0-9]+)',
    '(?<separator>[^a-z0-9]+)',
  ];
  const pattern = new RegExp(parts.join('|'), 'g');
  const fused = longestFirst.filter((name) => name.length >= FUSED_FROM);
  return (name) =>
    [...name.toLowerCase().matchAll(pattern)].flatMap(({ groups = {}, 0: text }): readonly Token[] => {
      if (groups['org'] !== undefined) return [{ kind: 'org', text }];
      if (groups['region'] !== undefined) return [{ kind: 'region', text }];
      if (groups['separator'] !== undefined) return [{ kind: 'separator', text }];
      return unfused(text, fused) ?? [{ kind: kindOf(text, accounts), text }];
    });
}

/** Templates of names are told apart by this: `org-word-env`. */
export function shapeOf(tokens: readonly Token[]): string {
  return tokens.map(({ kind, text }) => (kind === 'separator' ? text : `<${kind}>`)).join('');
}

const COMMON = new Set(commonWords);
const ENVIRONMENTS = new Set(environments);

function unfused(text: string, orgs: readonly string[]): readonly Token[] | null {
  for (const org of orgs) {
    const isFirst = text.startsWith(org);
    if (!isFirst && !text.endsWith(org)) continue;
    const rest = isFirst ? text.slice(org.length) : text.slice(0, -org.length);
    const kind = ENVIRONMENTS.has(rest) ? 'env' : COMMON.has(rest) ? 'word' : null;
    if (kind === null) continue;
    const [one, other] = [
      { kind: 'org', text: org },
      { kind, text: rest },
    ] as const;
    return isFirst ? [one, other] : [other, one];
  }
  return null;
}

function kindOf(text: string, accounts: readonly string[]): TokenKind {
  if (accounts.includes(text)) return 'account';
  if (ENVIRONMENTS.has(text)) return 'env';
  if (COMMON.has(text)) return 'word';
  if (/^20\d\d$/.test(text)) return 'year';
  if (/^v?\d{1,2}$/.test(text)) return 'number';
  return isRandom(text) ? 'random' : 'word';
}

/** Letters and digits as a machine mixes them: parts of a UUID, the end of a name that CloudFormation made. */
function isRandom(text: string): boolean {
  if (/^\d+$/.test(text)) return true;
  if (/\d/.test(text)) return text.length >= 4 && !/^[a-z]+\d{1,3}$/.test(text);
  return text.length >= 7 && !/[aeiouy]/.test(text);
}

function quoted(text: string): string {
  return text.replace(/[^a-z0-9]/g, '\\$&');
}
