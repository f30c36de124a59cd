/** What became of messages: kept beside the log, so that a message stays where it is. */
import type { KeyObject } from 'node:crypto';
import { seal, unseal } from '../../base/crypto/sealed-box.ts';
import type { RecordOperation } from '../../storage/index.ts';
import { withStandings } from '../attachments/standings.ts';
import { CHANGES, changesAt, keys, logOf, type SealedRow, sequenceIn } from '../records.ts';
import type { ChatDeps } from '../chat-deps.ts';
import type { Room } from '../rooms/room-rows.ts';
import type { Changes, RoomEvent } from './content.ts';
import { eventAt, type LogDeps } from './log.ts';

const contextOf = (roomId: string, sequence: number): (string | number)[] => [
  'holdfast/v1/chat',
  'changes',
  roomId,
  sequence,
];

export function sealChanges(key: KeyObject, roomId: string, sequence: number, changes: Changes): SealedRow {
  return { sealed: seal(key, contextOf(roomId, sequence), Buffer.from(JSON.stringify(changes))) };
}

function openChanges({ key, roomId }: Room, sequence: number, { sealed }: SealedRow, { log }: LogDeps): Changes {
  const plain = unseal(key, contextOf(roomId, sequence), sealed);
  if (!plain) log.error({ roomId, sequence }, 'What became of a message does not open, and is left out');
  return plain ? (JSON.parse(plain.toString()) as Changes) : {};
}

export interface FoundChanges {
  readonly changes: Changes;
  /** For the put that replaces them. */
  readonly condition: NonNullable<RecordOperation['if']>;
}

export async function readChanges(deps: LogDeps, room: Room, sequence: number): Promise<FoundChanges> {
  const { pk, sk } = keys.changes(room.roomId, sequence);
  const item = await deps.records.get<SealedRow>(pk, sk);
  if (!item) return { changes: {}, condition: 'absent' };
  return { changes: openChanges(room, sequence, item.value, deps), condition: { revision: item.revision } };
}

/** What else it takes to say what a message is now. */
export type MessageDeps = LogDeps & Pick<ChatDeps, 'shares'>;

/** The same events with everything that became of them, and of the messages that they are about. */
export async function asTheyAre(deps: MessageDeps, room: Room, events: readonly RoomEvent[]): Promise<RoomEvent[]> {
  const messages = events.filter(({ content }) => content?.kind === 'message');
  const [first, last] = [messages[0]?.sequence, messages.at(-1)?.sequence];
  const changes =
    first === undefined || last === undefined ? new Map<number, Changes>() : await changesIn(deps, room, first, last);
  const about = new Map<number, RoomEvent | undefined>();
  for (const { content } of events) {
    if (content?.kind !== 'change' || about.has(content.of)) continue;
    about.set(content.of, (await messageAt(deps, room, content.of)) ?? undefined);
  }
  const now: RoomEvent[] = [];
  for (const event of events) {
    const { content, sequence } = event;
    if (content?.kind === 'change') {
      const message = about.get(content.of);
      now.push(message ? { ...event, message } : event);
      continue;
    }
    const own = changes.get(sequence);
    now.push(await withStandings(deps, own ? { ...event, changes: own } : event));
  }
  return now;
}

/** A message as it is; `null` when there is none at this sequence. */
export async function messageAt(deps: MessageDeps, room: Room, sequence: number): Promise<RoomEvent | null> {
  const event = await eventAt(deps, room, sequence);
  if (event?.content?.kind === 'change' || !event) return null;
  const { changes, condition } = await readChanges(deps, room, sequence);
  return await withStandings(deps, condition === 'absent' ? event : { ...event, changes });
}

/** Changes of the messages from `first` to `last`. */
export async function changesIn(deps: LogDeps, room: Room, first: number, last: number): Promise<Map<number, Changes>> {
  const found = new Map<number, Changes>();
  for (let after = changesAt(first - 1); ;) {
    const page = await deps.records.query<SealedRow>(logOf(room.roomId), { prefix: CHANGES, after, limit: 200 });
    for (const { sk, value } of page.items) {
      const sequence = sequenceIn(sk);
      if (sequence > last) return found;
      found.set(sequence, openChanges(room, sequence, value, deps));
    }
    if (page.next === undefined) return found;
    after = page.next;
  }
}
