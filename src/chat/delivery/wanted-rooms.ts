import { isId } from '../../base/ids.ts';
import type { Position } from '../messages/log.ts';

/** A room, and how far its reader has come; `null`: they know nothing of it yet. */
export interface WantedRoom {
  readonly roomId: string;
  readonly position: Position | null;
}

export type Wanted =
  | { readonly type: 'listen'; readonly rooms: readonly WantedRoom[] }
  | { readonly type: 'typing'; readonly roomId: string }
  /** Who is here? */
  | { readonly type: 'presence' }
  | { readonly type: 'away'; readonly away: boolean }
  | { readonly type: 'leave'; readonly roomIds: readonly string[] };

/** What a client asks for over the live connection; `null` for what is not understood. */
export function readWanted(message: Readonly<Record<string, unknown>>): Wanted | null {
  const { type, rooms, roomId, away } = message;
  if (type === 'chat.typing') return typeof roomId === 'string' ? { type: 'typing', roomId } : null;
  if (type === 'chat.presence') return { type: 'presence' };
  if (type === 'chat.away') return typeof away === 'boolean' ? { type: 'away', away } : null;
  if (!Array.isArray(rooms) || rooms.length === 0) return null;
  if (type === 'chat.listen') {
    const wanted = rooms.map(wantedRoom);
    return wanted.every((room) => room !== null) ? { type: 'listen', rooms: wanted } : null;
  }
  if (type !== 'chat.leave' || !rooms.every((roomId) => typeof roomId === 'string')) return null;
  return { type: 'leave', roomIds: rooms };
}

function wantedRoom(given: unknown): WantedRoom | null {
  if (typeof given !== 'object' || given === null) return null;
  const { roomId, epoch, sequence } = given as Record<string, unknown>;
  if (typeof roomId !== 'string' || !isId(roomId)) return null;
  if (epoch === undefined && sequence === undefined) return { roomId, position: null };
  const isPosition = typeof epoch === 'string' && Number.isSafeInteger(sequence) && Number(sequence) >= 0;
  return isPosition ? { roomId, position: { epoch, sequence: Number(sequence) } } : null;
}
