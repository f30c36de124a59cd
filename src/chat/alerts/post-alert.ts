import { hasCode } from '../../base/errors.ts';
import { hmacSha256 } from '../../base/crypto/hmac.ts';
import { seal, unseal } from '../../base/crypto/sealed-box.ts';
import type { RecordOperation } from '../../storage/index.ts';
import type { ChatDeps } from '../chat-deps.ts';
import { chatErrors } from '../errors.ts';
import { messageAt, sealChanges } from '../messages/changes.ts';
import type { WriteParts } from '../messages/change-message.ts';
import type { Author, RoomEvent } from '../messages/content.ts';
import { keys, type SealedRow } from '../records.ts';
import { requireOpen } from '../rooms/access.ts';
import type { Room } from '../rooms/room-rows.ts';
import { type Alert, alertOf, folded, isRepeat, thingsOf } from './alert.ts';

export interface NewAlert {
  /** Equal for repeats of the same thing. */
  readonly fold: string;
  /** Of this telling: once told it is not told again. */
  readonly tellingId: string;
  readonly alert: Alert;
  /** The message for an alert as it is by then. */
  readonly textOf: (alert: Alert) => string;
}

/** Where something was told last: a row for each of the things that an alert tells of. */
type Told = { readonly sequence: number; readonly tellingId: string };

const ATTEMPTS = 20;

/**
 * Tells something in a room. When just that was told there by one message within the time that the setting says, and nobody
 * has acted on that yet, the message changes its count in place of a new one. What is new, or worse than it was, is a new
 * message, so that it is unread. Throws `chat_room_not_found`, `chat_room_archived`, and what writing throws.
 */
export async function postAlert(
  deps: ChatDeps,
  { rooms, writer }: WriteParts,
  program: string,
  roomId: string,
  { fold, tellingId, alert, textOf }: NewAlert,
): Promise<void> {
  const author: Author = { program };
  for (let attempt = 1; ; attempt += 1) {
    const room = await rooms.read(roomId);
    const places = await placesOf(deps, room, fold, alert);
    if (places.some(({ told }) => told?.tellingId === tellingId)) return;
    const remember = (sequence: number): RecordOperation[] =>
      places.map(({ at, condition }) => ({
        ...{ op: 'put', ...at, value: sealTold(room, at, { sequence, tellingId }), if: condition },
        expiresAtMs: deps.clock() + deps.settings.chatAlertFoldMs,
      }));
    const mayWrite = async (now: Room): Promise<void> => {
      if (now.kind === 'direct') throw chatErrors('chat_room_not_found', { attempted: 'Tell something in a room' });
      requireOpen(now, 'Tell something in a room');
    };
    const open = await foldable(deps, room, places, alert);
    try {
      if (open) await foldInto(open, remember);
      else {
        await writer.write(roomId, {
          ...{ author, mayWrite },
          content: { kind: 'message', text: textOf(alert), messageId: tellingId, alert },
          sentAs: { accountId: `program ${program}`, messageId: tellingId },
          beside: { atMost: places.length, operations: ({ sequence }) => remember(sequence) },
        });
      }
      return;
    } catch (error) {
      if (!hasCode(error, 'record_conflict') || attempt === ATTEMPTS) throw error;
    }

    async function foldInto(message: RoomEvent, noted: typeof remember): Promise<void> {
      const { sequence, changes = {} } = message;
      const before = alertOf(message);
      if (!before) throw new TypeError('What is no alert is not folded');
      const now = folded(before, alert);
      const next = { ...changes, alert: now, text: textOf(now) };
      const revision = await deps.records.get(keys.changes(roomId, sequence).pk, keys.changes(roomId, sequence).sk);
      await writer.write(roomId, {
        ...{ author, mayWrite },
        content: { kind: 'change', of: sequence, what: 'edited' },
        about: { ...message, changes: next },
        touches: [`message ${sequence}`],
        beside: {
          atMost: 1 + places.length,
          operations: () => [
            {
              ...{ op: 'put', ...keys.changes(roomId, sequence) },
              value: sealChanges(room.key, roomId, sequence, next),
              if: revision ? { revision: revision.revision } : 'absent',
            },
            ...noted(sequence),
          ],
        },
      });
    }
  }
}

interface ToldPlace {
  readonly at: Place;
  readonly told: Told | null;
  readonly condition: NonNullable<RecordOperation['if']>;
}

/** One for each thing that the alert tells of. */
async function placesOf(deps: ChatDeps, room: Room, fold: string, alert: Alert): Promise<ToldPlace[]> {
  const read = async (thing: string): Promise<ToldPlace> => {
    const at = keys.alert(room.roomId, foldHash(deps, thing === '' ? fold : JSON.stringify([fold, thing])));
    const item = await deps.records.get<SealedRow>(at.pk, at.sk);
    const told = item && openTold(room, at, item.value);
    return { at, told, condition: item ? { revision: item.revision } : 'absent' };
  };
  return await Promise.all(thingsOf(alert).map(read));
}

/** The one message that told all of it, where it can still count: it is there, lately, and nobody has acted on it. */
async function foldable(
  deps: ChatDeps,
  room: Room,
  places: readonly ToldPlace[],
  alert: Alert,
): Promise<RoomEvent | null> {
  const sequences = new Set(places.map(({ told }) => told?.sequence));
  const [sequence] = sequences;
  if (sequence === undefined || sequences.size > 1) return null;
  const message = await messageAt(deps, room, sequence);
  const before = message && alertOf(message);
  if (!message || !before || message.changes?.acted || !isRepeat(before, alert)) return null;
  return deps.clock() - before.lastMs < deps.settings.chatAlertFoldMs ? message : null;
}

/** Under the first generation for good: a repeat must find what was told before a rotation. */
function foldHash({ workspaceKey }: ChatDeps, fold: string): string {
  return hmacSha256(workspaceKey.derive('chat-alerts', 1), Buffer.from(fold)).toString('base64url');
}

type Place = { readonly pk: string; readonly sk: string };
const contextOf = ({ pk, sk }: Place): string[] => ['holdfast/v1/chat', pk, sk];

function sealTold({ key }: Room, at: Place, told: Told): SealedRow {
  return { sealed: seal(key, contextOf(at), Buffer.from(JSON.stringify(told))) };
}

function openTold({ key }: Room, at: Place, { sealed }: SealedRow): Told | null {
  const plain = unseal(key, contextOf(at), sealed);
  return plain && (JSON.parse(plain.toString()) as Told);
}
