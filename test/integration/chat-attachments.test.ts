/** Files in rooms over HTTP, on a whole server: uploads, sending, fetching as hostile content, taking back. */
import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { after, before, test } from 'node:test';
import type { AttachmentFacts, UploadedView } from '../../src/chat/attachments/wire.ts';
import type { LiveNews, MessageView, RoomView } from '../../src/chat/wire.ts';
import type { ShareList } from '../../src/files/shares/wire.ts';
import { connectLive } from '../support/clients/live-client.ts';
import { type SignedUp, startServer, type StartedServer } from '../support/servers/start-server.ts';
import { personalDrive } from '../support/clients/workspace-files.ts';

let server: StartedServer;
let ada: SignedUp;
let grace: SignedUp;
let room: RoomView;

before(async () => {
  server = await startServer();
  ada = await server.signUp({ name: 'Ada' });
  grace = await server.signUp({ name: 'Grace' });
  room = await asked<RoomView>(ada, 'POST', '/chat/rooms', { json: { name: 'plans', kind: 'private' } });
  await asked(ada, 'POST', `/chat/rooms/${room.roomId}/members`, { json: { handle: 'grace' } });
});
after(() => server[Symbol.asyncDispose]());

async function asked<Reply>({ token }: SignedUp, method: string, path: string, options: object = {}): Promise<Reply> {
  const response = await server.call(method, `/api/v1${path}`, { token, ...options });
  assert.ok(response.ok, `${method} ${path} answered ${response.status}: ${await response.clone().text()}`);
  return (response.status === 204 ? null : await response.json()) as Reply;
}

async function refusal({ token }: SignedUp, method: string, path: string, options: object = {}) {
  const response = await server.call(method, `/api/v1${path}`, { token, ...options });
  return [response.status, ((await response.json()) as { code: string }).code];
}

const named = (name: string, more: Record<string, string> = {}) => ({
  'content-type': 'application/octet-stream',
  'content-disposition': `attachment; filename*=UTF-8''${encodeURIComponent(name)}`,
  ...more,
});

const uploaded = (person: SignedUp, name: string, body: Uint8Array, more: Record<string, string> = {}) =>
  asked<UploadedView>(person, 'POST', `/chat/rooms/${room.roomId}/attachments`, { body, headers: named(name, more) });

async function sent(person: SignedUp, files: readonly Partial<UploadedView>[], text = ''): Promise<MessageView> {
  const attachments = files.map(({ driveId, entryId, versionId }) => ({ driveId, entryId, versionId }));
  return await asked(person, 'POST', `/chat/rooms/${room.roomId}/messages`, { json: { text, attachments } });
}

test('what is dropped into a room is uploaded, sent, and read by the others, whole and in part', async () => {
  const bytes = randomBytes(300_000);
  const file = await uploaded(grace, 'photo.png', bytes);
  assert.equal(file.sha256, createHash('sha256').update(bytes).digest('hex'));
  const message = await sent(grace, [file], 'look');
  const [attachment] = message.attachments;
  assert.deepEqual(
    [attachment?.name, attachment?.size, attachment?.mediaType, attachment?.state],
    ['photo.png', 300_000, 'image/png', 'shared'],
  );
  const path = `/chat/rooms/${room.roomId}/attachments/${attachment?.shareId}`;
  const facts = await asked<AttachmentFacts>(ada, 'GET', path);
  assert.deepEqual(
    [facts.sequence, facts.sha256, facts.byId, facts.versionId],
    [message.sequence, file.sha256, grace.accountId, file.versionId],
  );
  const whole = await server.call('GET', `/api/v1${path}/content`, { token: ada.token });
  assert.deepEqual(Buffer.from(await whole.arrayBuffer()), bytes);
  assert.equal(whole.headers.get('etag'), `"${file.versionId}"`);
  const part = await server.call('GET', `/api/v1${path}/content`, {
    token: ada.token,
    headers: { range: 'bytes=100000-100009' },
  });
  assert.equal(part.status, 206);
  assert.deepEqual(Buffer.from(await part.arrayBuffer()), bytes.subarray(100_000, 100_010));
  const unchanged = await server.call('GET', `/api/v1${path}/content`, {
    token: ada.token,
    headers: { 'if-none-match': `"${file.versionId}"` },
  });
  assert.equal(unchanged.status, 304);
});

test('what is hostile in a file stays in it: a browser saves it, and runs nothing under this address', async () => {
  const html = Buffer.from('<script>alert(document.cookie)</script>');
  const file = await uploaded(grace, 'x.html', html, { 'holdfast-media-type': 'text/html' });
  const [attachment] = (await sent(grace, [file])).attachments;
  const reply = await server.call(
    'GET',
    `/api/v1/chat/rooms/${room.roomId}/attachments/${attachment?.shareId}/content`,
    { token: ada.token },
  );
  assert.match(reply.headers.get('content-disposition') ?? '', /^attachment;/);
  assert.equal(reply.headers.get('x-content-type-options'), 'nosniff');
  assert.equal(reply.headers.get('content-security-policy'), "sandbox; default-src 'none'");
  await reply.arrayBuffer();
});

test('three pictures of one name that are dropped at once are three files, and a repeated upload is one', async () => {
  const bodies = ['one', 'two', 'three'].map((text) => Buffer.from(text));
  const files = await Promise.all(bodies.map((body) => uploaded(ada, 'image.png', body)));
  assert.equal(new Set(files.map(({ entryId }) => entryId)).size, 3);
  assert.deepEqual(files.map(({ name }) => name).toSorted(), ['image (2).png', 'image (3).png', 'image.png']);
  const key = { 'idempotency-key': '0199f3a0-0000-7000-8000-00000000000a' };
  const [once, again] = [
    await uploaded(ada, 'image.png', Buffer.from('four'), key),
    await uploaded(ada, 'image.png', Buffer.from('four'), key),
  ];
  assert.deepEqual(again, once);
  assert.equal(once.name, 'image (4).png');
});

test('an upload without a message is the sender’s alone, and shows in their drive', async () => {
  const file = await uploaded(ada, 'draft.txt', Buffer.from('not yet'));
  assert.deepEqual(await refusal(grace, 'GET', `/drives/${file.driveId}/files/${file.entryId}/versions`), [
    404,
    'drive_not_found',
  ]);
  const drive = await personalDrive(server, ada.token);
  const root = await drive.list('root');
  const folder = root.find(({ name }) => name === 'Chat uploads');
  assert.ok((await drive.list(folder?.id ?? '')).some(({ name }) => name === 'draft.txt'));
  const { shares } = await asked<ShareList>(ada, 'GET', `/drives/${file.driveId}/files/${file.entryId}/shares`);
  assert.deepEqual(shares, []);
});

test('a stranger to the room uploads nothing for it, opens nothing and takes nothing back', async () => {
  const eve = await server.signUp({ name: 'Eve' });
  const file = await uploaded(ada, 'plan.txt', Buffer.from('the plan'));
  const [attachment] = (await sent(ada, [file])).attachments;
  const base = `/chat/rooms/${room.roomId}/attachments`;
  const missing = [404, 'chat_room_not_found'];
  assert.deepEqual(await refusal(eve, 'POST', base, { body: Buffer.from('x'), headers: named('x') }), missing);
  assert.deepEqual(await refusal(eve, 'GET', `${base}/${attachment?.shareId}`), missing);
  assert.deepEqual(await refusal(eve, 'GET', `${base}/${attachment?.shareId}/content`), missing);
  assert.deepEqual(await refusal(eve, 'DELETE', `${base}/${attachment?.shareId}`), missing);
  const { driveId, entryId } = file;
  const stolen = { text: 'mine now', attachments: [{ driveId, entryId }] };
  const general = (await asked<{ rooms: RoomView[] }>(eve, 'GET', '/chat/rooms')).rooms[0]?.roomId;
  assert.deepEqual(await refusal(eve, 'POST', `/chat/rooms/${general}/messages`, { json: stolen }), [
    404,
    'drive_not_found',
  ]);
  const eleven = { text: 'many', attachments: Array.from({ length: 11 }, () => ({ driveId, entryId })) };
  const [status] = await refusal(ada, 'POST', `/chat/rooms/${room.roomId}/messages`, { json: eleven });
  assert.equal(status, 422);
  assert.equal((await refusal(ada, 'POST', `/chat/rooms/${room.roomId}/messages`, { json: { text: '' } }))[0], 422);
});

test('what its owner takes back in the drive is gone from the room, and who listens is told', async () => {
  const file = await uploaded(ada, 'plan.txt', Buffer.from('the plan'));
  const message = await sent(ada, [file], 'the plan');
  await using live = await connectLive(server.url, { authorization: `Bearer ${grace.token}` });
  live.send(JSON.stringify({ type: 'chat.listen', rooms: [{ roomId: room.roomId }] }));
  await live.next((text) => newsIn(text).some(({ kind }) => kind === 'subscribed'));
  const shares = `/drives/${file.driveId}/files/${file.entryId}/shares`;
  const { shares: found } = await asked<ShareList>(ada, 'GET', shares);
  assert.deepEqual(
    found.map(({ holder, versionId, by }) => [holder, versionId, by.name]),
    [[{ kind: 'room', id: room.roomId, name: 'plans', reference: String(message.sequence) }, file.versionId, 'Ada']],
  );
  await asked(ada, 'DELETE', `${shares}/${found[0]?.shareId}`);
  const ended = (news: LiveNews) => news.kind === 'event' && news.what === 'attachments' && news.message;
  const told = newsIn(await live.next((text) => newsIn(text).some(ended))).map(ended);
  assert.deepEqual(
    told.map((each) => each && each.attachments[0]?.state),
    ['ended'],
  );
  const path = `/chat/rooms/${room.roomId}/attachments/${found[0]?.shareId}`;
  assert.deepEqual(await refusal(grace, 'GET', `${path}/content`), [404, 'share_not_found']);
  const again = await asked<MessageView>(grace, 'GET', `/chat/rooms/${room.roomId}/messages/${message.sequence}`);
  assert.equal(again.attachments[0]?.state, 'ended');
});

const newsIn = (text: object): readonly LiveNews[] => ('news' in text ? (text.news as LiveNews[]) : []);
