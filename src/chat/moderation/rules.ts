/**
 * What holds in one room: who may not write or enter just now, how fast people write, which words are looked for. It
 * lies in the room's own row, under the room's key: whoever knows the row knows the rules, and a message is written on
 * condition that the row is the present one.
 */
import type { KeyObject } from 'node:crypto';
import { seal, unseal } from '../../base/crypto/sealed-box.ts';
import type { Outgoing } from '../outgoing/triggers.ts';
import type { FilterRules } from './filter/filter.ts';

/** Somebody with an account; or a visitor by name, and by where they came from if that is known. */
export type Target = { readonly accountId: string } | { readonly visitor: string; readonly from?: string };

export type Restriction = {
  readonly restrictionId: string;
  readonly who: Target;
  /** How they were called when it was made. */
  readonly name: string;
  /** mute: may read and not write. ban: may not enter. */
  readonly what: 'mute' | 'ban';
  /** It ends then by itself. */
  readonly untilMs: number;
  readonly reason: string;
  /** The account of whoever made it. */
  readonly by: string;
  readonly atMs: number;
};

export type Rules = {
  readonly restrictions?: readonly Restriction[];
  /** The least time between two messages of somebody who is no moderator. */
  readonly slowMs?: number;
  readonly filter?: FilterRules;
  /** Programs elsewhere that are told what is said. */
  readonly outgoing?: readonly Outgoing[];
};

export const NO_RULES: Rules = {};

const contextOf = (roomId: string): string[] => ['holdfast/v1/chat', 'rules', roomId];

export function sealRules(key: KeyObject, roomId: string, rules: Rules): string {
  return seal(key, contextOf(roomId), Buffer.from(JSON.stringify(rules)));
}

/** `null` for what does not open. */
export function openRules(key: KeyObject, roomId: string, sealed: string): Rules | null {
  const plain = unseal(key, contextOf(roomId), sealed);
  return plain && (JSON.parse(plain.toString()) as Rules);
}

/** What is in force for somebody at this moment. */
export function restrictionOn(
  { restrictions }: Rules,
  what: Restriction['what'],
  who: Target,
  nowMs: number,
): Restriction | null {
  const holds = (each: Restriction): boolean => each.what === what && each.untilMs > nowMs && isOn(each.who, who);
  return restrictions?.find(holds) ?? null;
}

/** A visitor is met under the same name, and under another one from the same place. */
function isOn(who: Target, met: Target): boolean {
  if ('accountId' in who) return 'accountId' in met && who.accountId === met.accountId;
  if ('accountId' in met) return false;
  return foldedName(who.visitor) === foldedName(met.visitor) || (who.from !== undefined && who.from === met.from);
}

export function foldedName(name: string): string {
  return name.normalize('NFKC').toLowerCase().normalize('NFKC');
}
