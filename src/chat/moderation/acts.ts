/** What moderators did in a room: readable by all of its moderators, and each act by the person it concerns. */
import type { KeyObject } from 'node:crypto';
import { hasCode } from '../../base/errors.ts';
import { newId } from '../../base/ids.ts';
import { seal, unseal } from '../../base/crypto/sealed-box.ts';
import type { RecordOperation } from '../../storage/index.ts';
import type { Caller, ChatDeps } from '../chat-deps.ts';
import { actsIn, actsOn, keys, type SealedRow } from '../records.ts';
import type { OpenRooms } from '../rooms/open-rooms.ts';
import type { Room } from '../rooms/room-rows.ts';

export type ActKind = 'muted' | 'banned' | 'kicked' | 'lifted' | 'hidden' | 'restored' | 'rules' | 'resolved';

export type Act = {
  readonly what: ActKind;
  readonly atMs: number;
  /** Account and handle of the moderator. */
  readonly by: { readonly accountId: string; readonly handle: string };
  /** Whom it concerns; `null`: the room, or somebody without an account whose name is in `name`. */
  readonly accountId: string | null;
  readonly name: string | null;
  readonly sequence: number | null;
  readonly untilMs: number | null;
  readonly reason: string;
};

/** An act about somebody, with its room. */
export interface ActInRoom {
  readonly roomId: string;
  readonly room: string;
  readonly act: Act;
}

export interface ActPage<Entry> {
  readonly acts: readonly Entry[];
  readonly next: string | null;
}

export interface ActQuery {
  readonly after?: string | undefined;
  /** 1-100. */
  readonly limit: number;
}

export function actOperations(key: KeyObject, roomId: string, act: Act): RecordOperation[] {
  const actId = newId();
  const at = keys.act(roomId, act.atMs, actId);
  const value: SealedRow = { sealed: seal(key, contextOf(at), Buffer.from(JSON.stringify(act))) };
  return [
    { op: 'put', ...at, value },
    ...(act.accountId === null
      ? []
      : [{ op: 'put', ...keys.actOn(act.accountId, act.atMs, actId, roomId), value: {} } as const]),
  ];
}

const contextOf = ({ pk, sk }: { readonly pk: string; readonly sk: string }): string[] => ['holdfast/v1/chat', pk, sk];

function openAct(key: KeyObject, at: { readonly pk: string; readonly sk: string }, { sealed }: SealedRow): Act | null {
  const plain = unseal(key, contextOf(at), sealed);
  return plain && (JSON.parse(plain.toString()) as Act);
}

/** Newest first; for moderators. */
export async function listActs(
  { records }: ChatDeps,
  { key, roomId }: Room,
  { after, limit }: ActQuery,
): Promise<ActPage<Act>> {
  const from = after === undefined ? {} : { after };
  const page = await records.query<SealedRow>(actsIn(roomId), { limit, reverse: true, ...from });
  return { acts: page.items.flatMap((item) => openAct(key, item, item.value) ?? []), next: page.next ?? null };
}

/** What was done about one person, newest first, in rooms that they may not enter any more as well. */
export async function listActsOn(
  { records }: ChatDeps,
  rooms: OpenRooms,
  { accountId }: Caller,
  { after, limit }: ActQuery,
): Promise<ActPage<ActInRoom>> {
  const from = after === undefined ? {} : { after };
  const page = await records.query(actsOn(accountId), { limit, reverse: true, ...from });
  const acts: ActInRoom[] = [];
  for (const { sk } of page.items) {
    const [time = '', actId = '', roomId = ''] = sk.split('#');
    try {
      const { key, name } = await rooms.read(roomId);
      const at = keys.act(roomId, Number(time), actId);
      const item = await records.get<SealedRow>(at.pk, at.sk);
      const act = item && openAct(key, at, item.value);
      if (act) acts.push({ roomId, room: name, act });
    } catch (error) {
      if (!hasCode(error, 'chat_room_not_found', 'chat_key_needed')) throw error;
    }
  }
  return { acts, next: page.next ?? null };
}
