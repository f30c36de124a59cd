/** The rules of the firewall as each of its tools tells them, out of what the probe wrote down. */
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

export const tools = ['nft', 'iptables', 'ip6tables', 'ufw', 'firewalld'] as const;
export type Tool = (typeof tools)[number];

export type ToolRules =
  | { readonly state: 'read'; readonly text: string }
  | { readonly state: 'unread'; readonly why: string };

export interface FirewallRules {
  /** A tool that is not there is missing. */
  readonly tools: Readonly<Partial<Record<Tool, ToolRules>>>;
  /** iptables writes its rules as tables of nftables, which therefore both of them tell. */
  readonly isIptablesOverNft: boolean;
}

/** 100,000 rules; what is larger is told as not read. */
const MOST_BYTES = 16 * 2 ** 20;

/** `folder` is the fact folder that the probe wrote to. */
export function rulesIn(folder: string): FirewallRules {
  const path = (name: string): string => join(folder, 'firewall', name);
  return rulesFrom((name) => {
    const size = sizeOf(path(name));
    if (size === null) return null;
    return size <= MOST_BYTES ? readFileSync(path(name), 'utf8') : TOO_LARGE;
  });
}

export const TOO_LARGE = Symbol('larger than what is read');

/** The same of files by their names, as the probe gives them. `null`: there is none. */
export function rulesFrom(read: (name: string) => string | typeof TOO_LARGE | null): FirewallRules {
  const found = tools.flatMap((tool): (readonly [Tool, ToolRules])[] => {
    const text = read(tool);
    if (text === TOO_LARGE) return [[tool, { state: 'unread', why: 'they are too large to be kept' }]];
    if (text !== null) return [[tool, { state: 'read', text }]];
    const error = read(`${tool}.error`);
    return error === null ? [] : [[tool, { state: 'unread', why: firstLine(error) }]];
  });
  const version = read('iptables-version');
  return {
    tools: Object.fromEntries(found),
    isIptablesOverNft: version !== null && /nf_tables/.test(firstLine(version)),
  };
}

function sizeOf(path: string): number | null {
  try {
    return statSync(path).size;
  } catch {
    return null;
  }
}

function firstLine(text: string | typeof TOO_LARGE): string {
  const line = text === TOO_LARGE ? '' : (text.slice(0, 400).trim().split('\n')[0] ?? '');
  return line === '' ? 'it did not answer' : line;
}
