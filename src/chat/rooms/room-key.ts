/** The key of a room is random, and lies in its record under a key that each generation of the workspace key gives. */
import { createSecretKey, type KeyObject, randomBytes } from 'node:crypto';
import { seal, unseal } from '../../base/crypto/sealed-box.ts';
import type { ChatKey } from '../chat-deps.ts';

const KEY_BYTES = 32;
const WRAPPED = /^([1-9][0-9]{0,5})\.([A-Za-z0-9_-]+)$/;

export function newRoomKey(): Buffer {
  return randomBytes(KEY_BYTES);
}

/** `<generation>.<sealed>`, which opens for this room alone. */
export function wrapRoomKey(workspaceKey: ChatKey, roomId: string, key: Uint8Array): string {
  const { generation } = workspaceKey;
  return `${generation}.${seal(wrapKeyOf(workspaceKey, generation), contextOf(roomId), key)}`;
}

/** `null` for what no server of this workspace wrapped for this room. Throws `workspace_key_mismatch`. */
export function openRoomKey(
  workspaceKey: ChatKey,
  roomId: string,
  wrap: string,
): { readonly key: Buffer; readonly generation: number } | null {
  const match = WRAPPED.exec(wrap);
  if (!match?.[2]) return null;
  const generation = Number(match[1]);
  const key = unseal(wrapKeyOf(workspaceKey, generation), contextOf(roomId), match[2]);
  return key?.length === KEY_BYTES ? { key, generation } : null;
}

function wrapKeyOf(workspaceKey: ChatKey, generation: number): KeyObject {
  return createSecretKey(workspaceKey.derive('room-key-wrap', generation));
}

const contextOf = (roomId: string): string[] => ['holdfast/v1/chat', 'room-key', roomId];
