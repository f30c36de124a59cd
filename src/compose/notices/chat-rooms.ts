import type { Accounts, Session } from '../../accounts/index.ts';
import { actorOf } from '../../base/audit-event.ts';
import { timestamp } from '../../base/clock.ts';
import { hasCode } from '../../base/errors.ts';
import { markdownText } from '../../base/text/markdown.ts';
import { type Alert, type Caller, type Chat, type ChatDeps, thingCount } from '../../chat/index.ts';
import type { Findings } from '../../findings/index.ts';
import type { ChatRooms, LetterNotice, RoomAudience } from '../../notifications/channels/index.ts';
import type { AlertsRoom } from '../../notifications/index.ts';
import { serverErrors } from '../../server/index.ts';
import { chatCaller } from '../chat-hub/chat.ts';
import { NOTICE_KINDS } from './notice-kinds.ts';

/** What notices are said by. It is reserved: neither an account nor a visitor can be called so. */
export const NOTICES_NAME = 'Holdfast';

/** Rooms for notices. `chat` is asked once everything is open. */
export function chatRooms(chat: () => Chat, maxBytes: number): ChatRooms {
  const look: ChatRooms['look'] = async (name) => {
    const room = await chat().roomNamed(name);
    if (!room) return 'missing';
    return room.archived ? 'archived' : 'open';
  };
  return {
    maxBytes,
    look,
    async say(name, { id, text, notices, audience }) {
      const room = audience === null ? await chat().roomNamed(name) : await chat().roomForAlerts(name, audience);
      if (!room) return 'missing';
      try {
        if (notices.length === 0) await chat().sendAsProgram(NOTICES_NAME, room.roomId, { messageId: id, text });
        await postAlerts(chat(), room.roomId, { id, notices });
        return 'said';
      } catch (error) {
        // Archived or gone since it was looked for.
        if (hasCode(error, 'chat_room_archived')) return 'archived';
        if (hasCode(error, 'chat_room_not_found')) return 'missing';
        throw error;
      }
    },
  };
}

/** The workspace's own room, which is asked for by its setting. */
export function alertsRoom(accounts: () => Pick<Accounts, 'settings'>, chat: () => Chat): AlertsRoom {
  return {
    audience: () => alertsAudience(accounts()),
    async tell(audience, letter) {
      const { roomId, archived } = await chat().ownAlertsRoom(audience);
      // Whoever archived it wants nothing told there; the notices are in the feeds of the admins.
      if (archived) return;
      try {
        await postAlerts(chat(), roomId, letter);
      } catch (error) {
        if (!hasCode(error, 'chat_room_archived')) throw error;
      }
    },
  };
}

/** Opens the room to whom the setting says, where there is one. */
export async function openAlertsAsSet(accounts: Pick<Accounts, 'settings'>, chat: Chat, by: Session): Promise<void> {
  const audience = await alertsAudience(accounts);
  if (audience !== null) await chat.openAlertsRoomTo(audience, chatCaller(by));
}

async function alertsAudience(accounts: Pick<Accounts, 'settings'>): Promise<RoomAudience | null> {
  const { 'alerts-room': audience } = await accounts.settings.values();
  return audience === 'off' ? null : audience;
}

async function postAlerts(
  chat: Chat,
  roomId: string,
  { id, notices }: { readonly id: string; readonly notices: readonly LetterNotice[] },
): Promise<void> {
  for (const [index, notice] of notices.entries()) {
    const alert = alertFrom(notice);
    await chat.postAlert(NOTICES_NAME, roomId, { fold: notice.key, tellingId: `${id}-${index}`, alert, textOf });
  }
}

function alertFrom({ key: _, ...notice }: LetterNotice): Alert {
  return notice;
}

/** What is said, in Markdown; its count grows while the same happens again. Titles and details hold names that others gave. */
function textOf(alert: Alert): string {
  const { kind: name, count, firstMs, lastMs, details, about, link } = alert;
  const kind = NOTICE_KINDS.find((each) => each.name === name);
  const time = count === 1 ? timestamp(lastMs) : `${timestamp(firstMs)} to ${timestamp(lastMs)}`;
  const heading = `**${kind?.title(about.length > 0 ? thingCount(alert) : count) ?? name}** (${time})`;
  // What can be decided on is told worst first; where names are left out there are neither titles nor details.
  const named = about.filter(({ title }) => title !== '');
  const lines = named.length > 0 ? named.map(({ weight, title }) => (weight ? `${weight}: ${title}` : title)) : details;
  return [
    heading,
    ...lines.map((line) => `- ${markdownText(line)}`),
    ...(kind ? [kind.advice] : []),
    ...(link ? [link] : []),
  ].join('\n');
}

/** What an alert offers, decided as findings decide it: by admins, wherever they click. Throws `admin_only` and what findings throw. */
export function decideAs(findings: Pick<Findings, 'accept'>): ChatDeps['decide'] {
  return async (caller: Caller, { verb, findingId, reason, untilMs }) => {
    if (caller.role !== 'admin') throw serverErrors('admin_only');
    if (verb !== 'accept' || findingId === null) return;
    await findings.accept({ by: `@${caller.handle}`, ...actorOf(caller) }, findingId, { reason, untilMs });
  };
}
