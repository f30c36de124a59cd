/**
 * What somebody wrote until the server says that it has it. Each message has an id of its own from the start, so that it is
 * sent again without fear: it is one message, however often it goes out. In one room they go one after the other, in order.
 */
import { type Problem, problemOf } from '../../../base/requests/problem.ts';
import type { FileRef, MessageView, NewMessage } from '../api.ts';

/** What is to be sent: a text, files, or both. */
export interface Said {
  readonly text: string;
  readonly replyTo?: number | undefined;
  readonly files?: readonly SentFile[];
}

/** A file that is uploaded, or lies in a drive, as it is shown until the message is there. */
export interface SentFile extends FileRef {
  readonly name: string;
  readonly size: number;
}

export interface Outgoing extends Pick<NewMessage, 'text' | 'messageId' | 'replyTo'> {
  readonly files: readonly SentFile[];
  readonly roomId: string;
  /** RFC 3339: when it was written. */
  readonly time: string;
  /** `waiting`: for those before it, or for the line; `failed`: the server refused it. */
  readonly state: 'waiting' | 'sending' | 'failed';
  readonly problem?: Problem;
}

export interface OutboxDeps {
  /** Whether what is sent now goes out under the name of whoever wrote it. */
  readonly maySend: () => boolean;
  /** Throws what the server said, or that it did not answer. */
  readonly send: (roomId: string, message: NewMessage) => Promise<MessageView>;
  readonly onSent: (message: MessageView) => void;
  readonly onChange: () => void;
  /** Runs later, where a server that is busy or gone is asked again. */
  readonly later: (run: () => void, ms: number) => void;
  readonly newId: () => string;
  /** In milliseconds since 1970. */
  readonly now: () => number;
}

export interface Outbox {
  readonly outgoing: () => readonly Outgoing[];
  /** Answers its id. */
  add(roomId: string, said: Said): string;
  /** Again, under the same id. */
  retry(messageId: string): void;
  discard(messageId: string): void;
  /** It came back by the other way, so it is there. */
  arrived(messageId: string): void;
  /** The line, or the session, is back: whatever waits goes on. */
  goOn(): void;
}

const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 30_000;

export function openOutbox({ maySend, send, onSent, onChange, later, newId, now }: OutboxDeps): Outbox {
  let all: readonly Outgoing[] = [];
  const sending = new Set<string>();
  const pausing = new Map<string, number>();

  const change = (messageId: string, to: Pick<Outgoing, 'state' | 'problem'> | null): void => {
    all = all.flatMap((each) => (each.messageId === messageId ? (to ? [{ ...each, ...to }] : []) : [each]));
    onChange();
  };

  const flush = async (roomId: string): Promise<void> => {
    if (sending.has(roomId)) return;
    sending.add(roomId);
    try {
      for (;;) {
        if (!maySend()) return;
        const next = all.find((each) => each.roomId === roomId && each.state === 'waiting');
        if (!next) return;
        if (!(await sendOne(next))) return;
      }
    } finally {
      sending.delete(roomId);
    }
  };

  /** False when the others have to wait as well. */
  const sendOne = async ({ roomId, messageId, text, replyTo, files }: Outgoing): Promise<boolean> => {
    change(messageId, { state: 'sending' });
    try {
      const attachments = files.map(({ driveId, entryId, versionId }) => ({
        ...{ driveId, entryId },
        ...(versionId === undefined ? {} : { versionId }),
      }));
      const message = await send(roomId, {
        ...{ text, messageId },
        ...(replyTo === undefined ? {} : { replyTo }),
        ...(attachments.length === 0 ? {} : { attachments }),
      });
      pausing.delete(roomId);
      onSent(message);
      change(messageId, null);
      return true;
    } catch (error) {
      const problem = problemOf(error);
      if (!mayPass(problem)) {
        change(messageId, { state: 'failed', problem });
        return true;
      }
      change(messageId, { state: 'waiting', problem });
      const waitMs = problem.retryAfterMs ?? Math.min((pausing.get(roomId) ?? FIRST_WAIT_MS / 2) * 2, LONGEST_WAIT_MS);
      pausing.set(roomId, waitMs);
      later(() => void flush(roomId), waitMs);
      return false;
    }
  };

  return {
    outgoing: () => all,
    add(roomId, { text, replyTo, files = [] }) {
      const messageId = newId();
      const time = new Date(now()).toISOString();
      const reply = replyTo === undefined ? {} : { replyTo };
      all = [...all, { roomId, text, messageId, time, files, state: 'waiting', ...reply }];
      onChange();
      void flush(roomId);
      return messageId;
    },
    retry(messageId) {
      const found = all.find((each) => each.messageId === messageId);
      if (!found || found.state === 'sending') return;
      const { problem: _, ...rest } = found;
      all = all.map((each) => (each === found ? { ...rest, state: 'waiting' } : each));
      onChange();
      void flush(found.roomId);
    },
    discard: (messageId) => change(messageId, null),
    arrived(messageId) {
      if (all.some((each) => each.messageId === messageId)) change(messageId, null);
    },
    goOn() {
      for (const roomId of new Set(all.map((each) => each.roomId))) void flush(roomId);
    },
  };
}

/** Whether it may go through later as it is: no answer, a busy server, a session that is over for now. */
function mayPass({ status }: Problem): boolean {
  return [0, 401, 429, 502, 503, 504].includes(status);
}
