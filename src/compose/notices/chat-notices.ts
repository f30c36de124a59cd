/** What people are told about the chat: messages for them, decisions about them, and what was reported to those who decide. */
import type { AuditEvent } from '../../base/audit-event.ts';
import { errorFacts } from '../../base/error-facts.ts';
import type { Log } from '../../base/log.ts';
import type { ChatDeps, Told } from '../../chat/index.ts';
import type { NoticeEvent, NoticeKind, Notifications } from '../../notifications/index.ts';

// What was said, where, and by whom stays in the chat.
const forSomebody = {
  severity: 'info',
  security: false,
  audience: 'person',
  names: 'none',
  usual: 'immediate',
  path: '/chat',
} as const;

export const chatNoticeKinds: readonly NoticeKind[] = [
  {
    ...forSomebody,
    name: 'chat_mention',
    title: (count) => (count === 1 ? 'A message in a room names you' : `${count} messages in a room name you`),
    advice: 'Read it in the chat. How much a room tells you is a choice of yours.',
  },
  {
    ...forSomebody,
    name: 'chat_direct',
    title: (count) => (count === 1 ? 'A message for you' : `${count} messages for you`),
    advice: 'Read it in the chat, where you can ignore people as well.',
  },
  {
    name: 'chat_moderated',
    severity: 'info',
    security: false,
    audience: 'person',
    // What was said, where, and why stays in the chat.
    names: 'none',
    usual: 'immediate',
    title: (count) =>
      count === 1 ? 'A moderator decided something about you' : `Moderators decided ${count} things about you`,
    advice: 'The chat tells what, and why. Ask a moderator of the room if you see it otherwise.',
    path: '/chat/decisions',
  },
  {
    name: 'chat_outgoing_disabled',
    severity: 'warning',
    security: false,
    audience: 'admins',
    names: 'none',
    usual: 'immediate',
    title: (count) =>
      count === 1 ? 'An outgoing webhook of a room failed too often' : `${count} outgoing webhooks failed too often`,
    advice:
      'It is told nothing more. Look at the outgoing webhooks of the room, mend the receiver, and enable it again.',
    path: '/chat',
  },
  {
    ...forSomebody,
    name: 'chat_report',
    severity: 'warning',
    title: (count) =>
      count === 1
        ? 'A message was reported in a room that you moderate'
        : `${count} messages were reported in a room that you moderate`,
    advice: 'Read the report in the room, and say what became of it.',
    path: '/chat/reports',
  },
  {
    name: 'chat_reported',
    severity: 'warning',
    security: false,
    audience: 'admins',
    names: 'none',
    usual: 'immediate',
    title: (count) =>
      count === 1 ? 'A message was reported to the admins' : `${count} messages were reported to the admins`,
    advice: 'Read the report, and say what became of it.',
    path: '/chat/reports',
  },
];

/** `null` for what nobody is told. */
export function chatNotice({ act, subjectIds, facts = {} }: AuditEvent): NoticeEvent | null {
  const [roomId = '', accountId] = subjectIds;
  if (act.startsWith('chat_moderation.') && accountId !== undefined) {
    return { kind: 'chat_moderated', accountId, subject: roomId };
  }
  if (act === 'chat_outgoing.disabled') return { kind: 'chat_outgoing_disabled', accountId: null, subject: roomId };
  const isForAdmins = act === 'chat_report.made' && facts['to'] === 'admins';
  return isForAdmins ? { kind: 'chat_reported', accountId: null, subject: roomId } : null;
}

/** A message for whom it names or for the others in a conversation, or a report for who moderates; one notice for each room, with a count. */
export function messageNotice({ kind, accountIds, roomId }: Told): NoticeEvent {
  return { kind: `chat_${kind}`, accountId: accountIds, subject: roomId };
}

/** Whoever has read the room has seen what they were told of it. */
export function seenIn(notifications: Pick<Notifications, 'withdraw'>, log: Log): ChatDeps['onRead'] {
  return (accountId, subject) => {
    const both = ['chat_mention', 'chat_direct'].map((kind) => notifications.withdraw(accountId, { kind, subject }));
    Promise.all(both).catch((error: unknown) => log.warn(errorFacts(error), 'Notices of a room that was read stay'));
  };
}
