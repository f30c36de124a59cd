/** What a team of three has said: rooms, a conversation, a thread, reactions, code, another script, a long name. */
import type { PersonOverHttp } from '../clients/person-over-http.ts';

export interface BelievableChat {
  readonly generalId: string;
  readonly pressId: string;
  readonly conversationId: string;
  /** In `#general`: the message that a thread began with. */
  readonly threadOf: number;
}

export async function handleOf(person: PersonOverHttp): Promise<string> {
  return (await person.ask<{ handle: string }>('GET', '/account')).handle;
}

export async function generalRoom(person: PersonOverHttp): Promise<string> {
  const { rooms } = await person.ask<{ rooms: { roomId: string; name: string }[] }>('GET', '/chat/rooms');
  const general = rooms.find(({ name }) => name === 'general');
  if (!general) throw new Error('There is no #general');
  return general.roomId;
}

/** Says something over HTTP and answers its sequence. */
export async function say(
  person: PersonOverHttp,
  roomId: string,
  text: string,
  more: { readonly replyTo?: number } = {},
): Promise<number> {
  const path = `/chat/rooms/${roomId}/messages`;
  return (await person.ask<{ sequence: number }>('POST', path, { text, ...more })).sequence;
}

export async function fillChat(ada: PersonOverHttp, grace: PersonOverHttp): Promise<BelievableChat> {
  const generalId = await generalRoom(ada);
  const room = async (name: string, topic: string, kind = 'public') =>
    (await ada.ask<{ roomId: string }>('POST', '/chat/rooms', { name, topic, kind })).roomId;
  const pressId = await room('press-work', 'Everything about the spring release', 'private');
  await room('التقرير-السنوي', 'ما يقال عن التقرير');
  const [adaHandle, graceHandle] = await Promise.all([handleOf(ada), handleOf(grace)]);
  await ada.ask('POST', `/chat/rooms/${pressId}/members`, { handle: graceHandle });
  await say(grace, pressId, `@${adaHandle} the draft is in **Grant 2026**, please look at it before noon.`);

  const about = await say(ada, generalId, 'The board meets on Thursday at ten. Who writes the minutes this time?');
  await say(grace, generalId, 'I can, if somebody sends me the agenda.');
  await say(ada, generalId, 'It is in *Board meetings*. Three points:\n\n1. Lease\n2. Grant\n3. Retreat');
  const code = await say(
    grace,
    generalId,
    'The export runs every night by now:\n\n```sh\nholdfast get "/Grant 2026/" ./copy\nholdfast backup verify\n```',
  );
  await ada.ask('POST', `/chat/rooms/${generalId}/messages/${code}/reactions`, { reaction: '🎉', on: true });
  await grace.ask('POST', `/chat/rooms/${generalId}/messages/${code}/reactions`, { reaction: '🎉', on: true });
  await say(grace, generalId, 'Shall we take the minutes in English or in both languages?', { replyTo: about });
  await say(ada, generalId, 'Both, as last year.', { replyTo: about });
  const drive = await grace.drive();
  const agenda = await drive.put('root', 'Agenda of Thursday.pdf', Buffer.alloc(48_211, 'agenda'));
  await grace.ask('POST', `/chat/rooms/${generalId}/messages`, {
    text: 'And here is the agenda:',
    attachments: [{ driveId: drive.driveId, entryId: agenda.id }],
  });
  await say(grace, generalId, 'أرسلت الترجمة العربية للتقرير، رجاءً راجعوها قبل يوم الأحد.');
  const removed = await say(ada, generalId, 'Wrong room, sorry');
  await ada.ask('DELETE', `/chat/rooms/${generalId}/messages/${removed}`);
  const edited = await say(ada, generalId, 'Thanks! I will look at it on Fryday.');
  await ada.ask('POST', `/chat/rooms/${generalId}/messages/${edited}`, {
    text: 'Thanks! I will look at it on Friday.',
  });
  await ada.ask('POST', `/chat/rooms/${generalId}/messages/${about}/pin`, { on: true });
  await ada.ask('POST', `/chat/rooms/${generalId}/read`, { sequence: edited });
  await say(grace, generalId, `@${adaHandle} the agenda has the wrong date on page 2.`);

  const conversation = { handles: [adaHandle] };
  const { roomId: conversationId } = await grace.ask<{ roomId: string }>('POST', '/chat/conversations', conversation);
  await say(grace, conversationId, 'Do you have five minutes after lunch?');
  return { generalId, pressId, conversationId, threadOf: about };
}
