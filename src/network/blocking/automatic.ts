import { isPrivate } from '../records/private-address.ts';
import type { NoticeRecord } from '../records/notice-record.ts';
import { isOfLogAlone } from '../reporting/join-mysql-log.ts';

/** What somebody outside has to do before he is blocked without anybody being asked. Scans alone are too easily made in another's name. */
const GRAVE: ReadonlySet<string> = new Set(['Login::Guessing', 'Login::Success_After_Guessing']);

export interface AutomaticBlock {
  readonly address: string;
  readonly why: string;
}

/**
 * Whom these alerts would have blocked, each once: sources outside of private networks that guessed passwords. It takes a
 * connection to guess, so that nobody can do it in the name of an address that is not his. What the log of a database alone says is not
 * enough: names of users stand in it, in which anybody may write what he likes.
 */
export function automaticBlocks(notices: readonly NoticeRecord[]): readonly AutomaticBlock[] {
  const blocks = new Map<string, AutomaticBlock>();
  for (const notice of notices) {
    const { note, src, msg } = notice;
    if (!GRAVE.has(note) || isOfLogAlone(notice) || src === undefined || isPrivate(src) || blocks.has(src)) continue;
    blocks.set(src, { address: src, why: `${note}: ${msg}`.slice(0, 500) });
  }
  return [...blocks.values()];
}
