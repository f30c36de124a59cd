import { setTimeout as pause } from 'node:timers/promises';
import type { ApiClient, CommandContext } from '../../base/commands/command.ts';
import { HoldfastError } from '../../base/errors.ts';
import { newId } from '../../base/ids.ts';
import { retryDelayMs } from '../../base/timing/retry-delay.ts';
import type { UploadedView } from '../attachments/wire.ts';
import type { SentReply } from '../wire.ts';

const ATTEMPTS = 6;

/** Sends one message, again where the answer was lost: under its id it is there once, however often it is sent. */
export async function sendText(
  { signal }: Pick<CommandContext, 'signal'>,
  api: ApiClient,
  roomId: string,
  text: string,
  files: readonly UploadedView[] = [],
): Promise<SentReply> {
  const attachments = files.map(({ driveId, entryId, versionId }) => ({ driveId, entryId, versionId }));
  const message = { text, messageId: newId(), ...(files.length > 0 ? { attachments } : {}) };
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await api.post<SentReply>(`/chat/rooms/${roomId}/messages`, message);
    } catch (error) {
      const passes = error instanceof HoldfastError && error.status > 500;
      if (!passes || attempt === ATTEMPTS) throw error;
      await pause(retryDelayMs(attempt, 200, 5000, Math.random), undefined, { signal });
    }
  }
}
