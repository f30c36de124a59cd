/** Which messages a room's outgoing webhooks are told. */
import { newId } from '../../base/ids.ts';
import type { RecordOperation } from '../../storage/index.ts';
import type { Rules } from '../moderation/rules.ts';
import { type JobRow, outgoingKeys } from './records.ts';

/** In the rules of the room, so that whoever writes a message knows who is told of it. */
export type Outgoing = {
  readonly hookId: string;
  /** Folded words, any of which the message must hold; empty: every message. */
  readonly triggers: readonly string[];
};

/** Looked for from its first character on alone: a message of nothing but marks would take long otherwise. */
const MARKS = /(?<![.,:;!?])[.,:;!?]+$/;

export function foldTrigger(word: string): string {
  return word.normalize('NFKC').toLowerCase().normalize('NFKC');
}

/** What a message of a person is told to: a bot's or the workspace's own is told to nobody, so that none answers another. */
export function toldTo({ outgoing = [] }: Rules, text: string): Outgoing[] {
  if (outgoing.length === 0) return [];
  const words = new Set(text.split(/\s+/).flatMap((word) => [foldTrigger(word), foldTrigger(word).replace(MARKS, '')]));
  return outgoing.filter(({ triggers }) => triggers.length === 0 || triggers.some((trigger) => words.has(trigger)));
}

/** For the transaction that writes the message. */
export function jobOperations(
  hooks: readonly Outgoing[],
  { roomId, sequence, atMs }: { readonly roomId: string; readonly sequence: number; readonly atMs: number },
): RecordOperation[] {
  return hooks.map(({ hookId }) => {
    const value: JobRow = { roomId, hookId, sequence, attempts: 0, dueMs: atMs };
    return { op: 'put', ...outgoingKeys.job(newId()), value };
  });
}
