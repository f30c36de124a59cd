import type { Alert } from '../alerts/alert.ts';
import type { Flagged } from '../moderation/filter/filter.ts';

/** What an event of a room says. */
import type { Standing } from '../../files/index.ts';

export type Author =
  | { readonly accountId: string; readonly handle: string }
  /** Somebody without an account, under the name they gave, and a keyed hash of where they came from. */
  | { readonly visitor: string; readonly from?: string }
  /** A program that a moderator gave the room to, by the name it had then. */
  | { readonly bot: string; readonly name: string }
  /** A part of the workspace itself: nobody can be taken for it, or it for somebody. */
  | { readonly program: string };

/** What an author is called. */
export function nameOf(author: Author): string {
  if ('visitor' in author) return author.visitor;
  if ('bot' in author) return author.name;
  return 'program' in author ? author.program : author.handle;
}

/** Whoever has an account or a token, as the author of what they say. */
export function authorOf({
  accountId,
  handle,
  bot,
}: {
  readonly accountId: string;
  readonly handle: string;
  readonly bot?: unknown;
}): Author {
  return bot === undefined ? { accountId, handle } : { bot: accountId, name: handle };
}

/** A file that everyone in the room may open, now and later, unless it was taken back. */
export type Attachment = {
  readonly shareId: string;
  readonly name: string;
  /** Bytes. */
  readonly size: number;
  readonly mediaType: string;
};

/** Something that was said. */
export type MessageContent = {
  readonly kind: 'message';
  readonly text: string;
  /** What the client called it before it was sent. */
  readonly messageId?: string;
  /** The message that it answers, and the one that the thread began with. */
  readonly replyTo?: number;
  readonly thread?: number;
  /** Accounts that it names. */
  readonly mentions?: readonly string[];
  /** It names everybody: `@room`. */
  readonly everybody?: true;
  readonly attachments?: readonly Attachment[];
  /** What the workspace tells, where something can be done about it. */
  readonly alert?: Alert;
  /** What the room's filter found in it. */
  readonly flagged?: Flagged;
  /** Its text is gone for good. */
  readonly removed?: true;
};

/** A message is not what it was: see its {@link Changes}. */
export type ChangeContent = {
  readonly kind: 'change';
  readonly of: number;
  readonly what: 'edited' | 'removed' | 'reactions' | 'pinned' | 'attachments' | 'hidden' | 'restored' | 'acted';
};

export type Content = MessageContent | ChangeContent;

/** What happened to a message after it was sent. */
export type Changes = {
  /** The text that counts. */
  readonly text?: string;
  readonly editedMs?: number;
  /** How often; each text before it is kept. */
  readonly edits?: number;
  readonly removed?: { readonly by: string; readonly atMs: number };
  /** Shown to moderators alone. */
  readonly hidden?: { readonly by: string; readonly atMs: number; readonly reason: string; readonly proof: string };
  /** The alert that counts. */
  readonly alert?: Alert;
  /** Who did what an alert offers. */
  readonly acted?: {
    readonly [actionId: string]: { readonly by: string; readonly handle: string; readonly atMs: number };
  };
  /** What the room's filter found in the text that counts; `null`: nothing. */
  readonly flagged?: Flagged | null;
  /** Accounts by what they reacted with. */
  readonly reactions?: { readonly [reaction: string]: readonly string[] };
  readonly pinned?: { readonly by: string; readonly atMs: number };
};

/** An event in its place: whoever has all up to its sequence has missed nothing. */
export interface RoomEvent {
  readonly roomId: string;
  readonly sequence: number;
  readonly atMs: number;
  readonly author: Author;
  /** `null`: it was not written by this workspace, or is damaged. */
  readonly content: Content | null;
  /** Of a message, where it was read with them: what it is now. */
  readonly changes?: Changes;
  /** Of a message with attachments, where it was read with them: which can be had. Left out: all, as it was just sent. */
  readonly standings?: readonly Standing[];
  /** Of a change, where it was read with it: the message as it is now. */
  readonly message?: RoomEvent;
}

/** The text that counts; `null` where there is none: a change, a message that was removed, is hidden or does not open. */
export function textOf(event: RoomEvent): string | null {
  return event.changes?.hidden ? null : textKept(event);
}

/** The same, of what is hidden as well: for moderators. */
export function textKept({ content, changes }: RoomEvent): string | null {
  if (content?.kind !== 'message' || content.removed || changes?.removed) return null;
  return changes?.text ?? content.text;
}
