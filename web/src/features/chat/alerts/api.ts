/** What is asked of the server about alerts. */
import { request } from '../../../base/requests/api.ts';
import type { MessageId, MessageView } from '../api.ts';

export interface AlertDecision {
  readonly actionId: string;
  readonly reason?: string;
  /** RFC 3339; left out: for good. */
  readonly until?: string;
}

export function actOnAlert({ roomId, sequence }: MessageId, json: AlertDecision): Promise<MessageView> {
  return request('POST', `/chat/rooms/${encodeURIComponent(roomId)}/messages/${sequence}/act`, { json });
}
