import { isPrivate } from '../records/private-address.ts';
import type { NoticeRecord } from '../records/notice-record.ts';

/** What somebody outside has to do before he is blocked without anybody being asked. Scans alone are too easily made in another's name. */
const GRAVE: ReadonlySet<string> = new Set(['Login::Guessing', 'Login::Success_After_Guessing']);

export interface AutomaticBlock {
  readonly address: string;
  readonly why: string;
}

/**
 * Whom these alerts would have blocked, each once: sources outside of private networks that guessed passwords. It takes a
 * connection to guess, so that nobody can do it in the name of an address that is not his.
 */
export function automaticBlocks(notices: readonly NoticeRecord[]): readonly AutomaticBlock[] {
  const blocks = new Map<string, AutomaticBlock>();
  for (const { note, src, msg } of notices) {
    if (!GRAVE.has(note) || src === undefined || isPrivate(src) || blocks.has(src)) continue;
    blocks.set(src, { address: src, why: `${note}: ${msg}`.slice(0, 500) });
  }
  return [...blocks.values()];
}
