import { actorOf } from '../../base/audit-event.ts';
import { timestamp } from '../../base/clock.ts';
import { hasCode } from '../../base/errors.ts';
import type { Alert, Caller, Chat, ChatDeps } from '../../chat/index.ts';
import type { Findings } from '../../findings/index.ts';
import type { ChatRooms, LetterNotice } from '../../notifications/channels/index.ts';
import { serverErrors } from '../../server/index.ts';
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
        for (const [index, notice] of notices.entries()) {
          await chat().postAlert(NOTICES_NAME, room.roomId, {
            ...{ fold: notice.key, tellingId: `${id}-${index}`, alert: alertFrom(notice), textOf },
          });
        }
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

function alertFrom({ key: _, ...notice }: LetterNotice): Alert {
  return notice;
}

/** What is said, in words; its count grows while the same happens again. */
function textOf({ kind: name, count, firstMs, lastMs, details, link }: Alert): string {
  const kind = NOTICE_KINDS.find((each) => each.name === name);
  const time = count === 1 ? timestamp(lastMs) : `${timestamp(firstMs)} to ${timestamp(lastMs)}`;
  const heading = `**${kind?.title(count) ?? name}** (${time})`;
  return [
    heading,
    ...details.map((detail) => `- ${detail}`),
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
