/** What people are told about moderation: that something was decided about them, and that something was reported to the admins. */
import type { AuditEvent } from '../../base/audit-event.ts';
import type { NoticeEvent, NoticeKind } from '../../notifications/index.ts';

export const chatNoticeKinds: readonly NoticeKind[] = [
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
    path: '/chat',
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
    name: 'chat_reported',
    severity: 'warning',
    security: false,
    audience: 'admins',
    names: 'none',
    usual: 'immediate',
    title: (count) =>
      count === 1 ? 'A message was reported to the admins' : `${count} messages were reported to the admins`,
    advice: 'Read the report, and say what became of it.',
    path: '/chat',
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
