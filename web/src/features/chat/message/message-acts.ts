import type { MessageView } from '../api.ts';
import type { Moderating } from '../moderation/moderating.ts';

/** What can be done to a message, by mouse, by key and in its menu. */
export interface MessageActs {
  readonly me: { readonly accountId: string; readonly handle: string };
  /** Pins, and removes what others wrote. */
  readonly isModerator: boolean;
  /** The room can be read and not written. */
  readonly isClosed: boolean;
  /** Opens its thread. */
  readonly onReply: (message: MessageView) => void;
  readonly onReact: (message: MessageView, reaction: string) => void;
  readonly onEdit: (message: MessageView) => void;
  readonly onRemove: (message: MessageView) => void;
  readonly onPin: (message: MessageView) => void;
  readonly onSave: (message: MessageView) => void;
  readonly onCopyLink: (message: MessageView) => void;
  readonly onCopyText: (message: MessageView) => void;
  readonly onIgnore: (message: MessageView) => void;
  /** Hides messages, and mutes and bans people: in a room, never in a conversation. */
  readonly moderates: boolean;
  readonly onModerate: (moderating: Moderating) => void;
  /** The server answered how a message is now. */
  readonly onChanged: (message: MessageView) => void;
}

export function isOwn({ author }: MessageView, { me }: MessageActs): boolean {
  return author.accountId === me.accountId;
}

export function mayEdit(message: MessageView, acts: MessageActs): boolean {
  return !acts.isClosed && message.state === 'whole' && isOwn(message, acts);
}

export function mayRemove(message: MessageView, acts: MessageActs): boolean {
  return !acts.isClosed && message.state !== 'removed' && (isOwn(message, acts) || acts.isModerator);
}

/** `null`: this key does nothing, or may not. */
export function actOfKey(key: string, message: MessageView, acts: MessageActs): (() => void) | null {
  const isWhole = message.state === 'whole';
  const isWritable = isWhole && !acts.isClosed;
  if (key === 'r' && isWhole) return () => acts.onReply(message);
  if (key === '+' && isWritable) return () => acts.onReact(message, '👍');
  if (key === 'e' && mayEdit(message, acts)) return () => acts.onEdit(message);
  if (key === 'Delete' && mayRemove(message, acts)) return () => acts.onRemove(message);
  if (key === 'p' && isWritable && acts.isModerator) return () => acts.onPin(message);
  if (key === 's' && isWhole) return () => acts.onSave(message);
  if (key === 'l') return () => acts.onCopyLink(message);
  if (key === 'c' && isWhole) return () => acts.onCopyText(message);
  return null;
}
