/** Rows of bots: what this workspace did not write is not there. */
import { createSecretKey, type KeyObject } from 'node:crypto';
import { hmacSha256 } from '../../base/crypto/hmac.ts';
import { seal, unseal } from '../../base/crypto/sealed-box.ts';
import type { JsonObject } from '../../storage/index.ts';
import type { ChatDeps, ChatKey } from '../chat-deps.ts';
import { botKeys, type BotRow, type HookRow, type SecretRow } from './records.ts';

type RowDeps = Pick<ChatDeps, 'records' | 'workspaceKey'>;
type Kind = 'chat-bot' | 'chat-hook' | 'chat-bot-secret' | 'chat-outgoing';

export function withMac<Row extends JsonObject>(
  workspaceKey: ChatKey,
  kind: Kind,
  at: { readonly pk: string; readonly sk: string },
  row: Row,
): Row & { readonly mac: string } {
  const { mac: _, ...fields } = row;
  return { ...row, mac: workspaceKey.mac(kind, { at: `${at.pk} ${at.sk}`, fields }) };
}

async function readGenuine<Row extends { readonly mac: string }>(
  { records, workspaceKey }: RowDeps,
  kind: Kind,
  at: { readonly pk: string; readonly sk: string },
): Promise<{ readonly row: Row; readonly revision: string } | null> {
  const item = await records.get<JsonObject>(at.pk, at.sk);
  if (!item) return null;
  const { mac, ...fields } = item.value;
  if (!workspaceKey.verifyMac(kind, { at: `${at.pk} ${at.sk}`, fields }, mac)) return null;
  return { row: item.value as unknown as Row, revision: item.revision };
}

export function isGenuine(
  workspaceKey: ChatKey,
  kind: Kind,
  { pk, sk, value }: { readonly pk: string; readonly sk: string; readonly value: JsonObject },
): boolean {
  const { mac, ...fields } = value;
  return workspaceKey.verifyMac(kind, { at: `${pk} ${sk}`, fields }, mac);
}

export const readBot = (deps: RowDeps, botId: string) => readGenuine<BotRow>(deps, 'chat-bot', botKeys.bot(botId));
export const readHook = (deps: RowDeps, roomId: string, hookId: string) =>
  readGenuine<HookRow>(deps, 'chat-hook', botKeys.hook(roomId, hookId));
export const readSecret = (deps: RowDeps, hash: string) =>
  readGenuine<SecretRow>(deps, 'chat-bot-secret', botKeys.secret(hash));

/** Names that differ in case or width alone are one name. */
export function botNameHash(workspaceKey: ChatKey, name: string): string {
  const folded = name.normalize('NFKC').toLowerCase().normalize('NFKC');
  return hmacSha256(workspaceKey.derive('chat-bot-names', 1), Buffer.from(folded)).toString('base64url');
}

const SEALED = /^([1-9][0-9]{0,5})\.([A-Za-z0-9_-]+)$/;

/** What the server itself must read again: `<generation>.<sealed>`, which opens at this place alone. */
export function sealForPlace(workspaceKey: ChatKey, place: readonly string[], text: string): string {
  const { generation } = workspaceKey;
  return `${generation}.${seal(keyOf(workspaceKey, generation), contextOf(place), Buffer.from(text))}`;
}

/** `null` for what no server of this workspace sealed for this place. */
export function openForPlace(workspaceKey: ChatKey, place: readonly string[], sealed: string): string | null {
  const match = SEALED.exec(sealed);
  if (!match?.[2]) return null;
  return unseal(keyOf(workspaceKey, Number(match[1])), contextOf(place), match[2])?.toString() ?? null;
}

const contextOf = (place: readonly string[]): string[] => ['holdfast/v1/chat', 'bot', ...place];

function keyOf(workspaceKey: ChatKey, generation: number): KeyObject {
  return createSecretKey(workspaceKey.derive('chat-bots', generation));
}
