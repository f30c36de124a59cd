import { hmacSha256 } from '../../base/crypto/hmac.ts';
import { visible } from '../../base/text/visible.ts';
import type { ChatKey } from '../chat-deps.ts';
import { chatErrors } from '../errors.ts';

const NAME = /^[^\s#@:]{1,64}$/u;
const TOPIC_CHARACTERS = 500;

/** In NFC. Throws `chat_room_name_invalid`. */
export function checkedRoomName(name: string): string {
  const text = name.trim().replace(/^#/, '').normalize('NFC');
  if (!NAME.test(text) || visible(text) !== text || !text.isWellFormed()) throw chatErrors('chat_room_name_invalid');
  return text;
}

/** One line of text, possibly empty. Throws `chat_topic_too_long`. */
export function checkedTopic(topic: string): string {
  const text = topic.toWellFormed().replace(/\s+/g, ' ').trim();
  if (Array.from(text).length > TOPIC_CHARACTERS) throw chatErrors('chat_topic_too_long');
  return text;
}

/**
 * Names that differ in case alone are one name. Under the first generation of the key for good, so that a rotation lets
 * no name be taken twice.
 */
export function roomNameHash(workspaceKey: ChatKey, name: string): string {
  const folded = name.normalize('NFC').toLowerCase().normalize('NFC');
  return hmacSha256(workspaceKey.derive('chat-room-names', 1), Buffer.from(folded)).toString('base64url');
}
