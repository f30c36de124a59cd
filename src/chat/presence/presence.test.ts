import assert from 'node:assert/strict';
import { createSecretKey } from 'node:crypto';
import { test } from 'node:test';
import { silentLog } from '../../base/log.ts';
import { inProcessPubSub } from '../../storage/index.ts';
import type { Caller } from '../chat-deps.ts';
import type { Chat } from '../chat.ts';
import { runSlash } from '../slash/commands.ts';
import { testChat } from '../test-chat.ts';
import type { LiveNews } from '../wire.ts';
import { openPresence } from './presence.ts';

type Person = Parameters<ReturnType<typeof openPresence>['enter']>[0];
type Told = Extract<LiveNews, { kind: 'presence' }>;
type Client = ReturnType<typeof connect>;

/** A client of somebody that asked who is here; disposed when it goes. `reads: false`: it takes nothing after the first frame. */
function connect(chat: Chat, person: Caller, { reads = true, asks = true } = {}) {
  const told: Told[] = [];
  const news = new EventTarget();
  let release = (): void => undefined;
  const talk = chat.talk(person, {
    send(text) {
      const frame = JSON.parse(text) as { news: LiveNews[] };
      told.push(...frame.news.filter((each) => each.kind === 'presence'));
      news.dispatchEvent(new Event('told'));
      return reads ? Promise.resolve() : new Promise<void>((done) => (release = done));
    },
    close: () => undefined,
  });
  if (asks) talk.hear({ type: 'chat.presence' });
  /** Who is here, after everything that was told. */
  const seen = (): Record<string, string> => {
    const known = new Map<string, string>();
    for (const { whole, people } of told) {
      if (whole) known.clear();
      for (const { handle, presence } of people) {
        if (presence === 'offline') known.delete(handle);
        else known.set(handle, presence);
      }
    }
    return Object.fromEntries([...known].toSorted(([a], [b]) => (a < b ? -1 : 1)));
  };
  return {
    talk,
    told,
    seen,
    away: (away: boolean) => assert.ok(talk.hear({ type: 'chat.away', away })),
    takes: () => release(),
    async sees(expected: Record<string, string>) {
      const wanted = JSON.stringify(expected);
      while (JSON.stringify(seen()) !== wanted) {
        await new Promise((go) => news.addEventListener('told', go, { once: true }));
      }
    },
    [Symbol.dispose]: () => talk[Symbol.dispose](),
  };
}

const quick = { settings: { chatPresenceMs: 20 } };

test('whoever asks is told who is here, who comes, is away, and goes', async (t) => {
  const { chat, ada, grace } = await testChat(t, quick);
  using adas = connect(chat, ada);
  await adas.sees({ ada: 'online' });
  const phone = connect(chat, grace, { asks: false });
  const desk = connect(chat, grace);
  for (const each of [adas, desk]) await each.sees({ ada: 'online', grace: 'online' });
  desk.away(true);
  phone.away(true);
  await adas.sees({ ada: 'online', grace: 'away' });
  phone.away(false);
  await adas.sees({ ada: 'online', grace: 'online' });
  for (const each of [phone, desk]) each[Symbol.dispose]();
  await adas.sees({ ada: 'online' });
  assert.equal(chat.presence.stateOf(grace.accountId), 'offline');
  assert.equal(adas.told.filter(({ whole }) => whole).length, 1, 'after the first time only what is other');
});

test('people on several servers see each other, and a server that ends takes its people with it', async (t) => {
  const pubSub = inProcessPubSub({ log: silentLog });
  const here = await testChat(t, { ...quick, pubSub });
  using adas = connect(here.chat, here.ada);
  const there = await here.another({ pubSub });
  using graces = connect(there, here.grace);
  for (const each of [adas, graces]) await each.sees({ ada: 'online', grace: 'online' });
  assert.equal(there.presence.stateOf(here.ada.accountId), 'online');
  using alsoHere = connect(here.chat, here.grace);
  await there[Symbol.asyncDispose]();
  await alsoHere.sees({ ada: 'online', grace: 'online' });
  alsoHere[Symbol.dispose]();
  await adas.sees({ ada: 'online' });
});

test('nobody who carries messages between servers reads who is here, or can make it up', async (t) => {
  const pubSub = inProcessPubSub({ log: silentLog });
  const carried: string[] = [];
  using _tap = pubSub.subscribe('chat-presence', (message) => void carried.push(JSON.stringify(message)));
  const { chat, ada } = await testChat(t, { ...quick, pubSub });
  using adas = connect(chat, ada);
  await adas.sees({ ada: 'online' });
  assert.ok(carried.length > 0);
  assert.doesNotMatch(carried.join(), new RegExp(`${ada.accountId}|online`));
  const [first = '{}'] = carried;
  pubSub.publish('chat-presence', { ...(JSON.parse(first) as { sealed: string }), serverId: 'forged' });
  assert.equal(chat.presence.stateOf(ada.accountId), 'online');
});

test('a guest sees, and is seen by, those alone who share a room with them', async (t) => {
  const { chat, ada, grace, edsger, guest } = await testChat(t, quick);
  const secret = (await chat.createRoom(ada, { name: 'plans', kind: 'private' })).room.roomId;
  await chat.setMember(ada, secret, 'guest', 'member');
  await chat.setMember(ada, secret, 'grace', 'member');
  const clients = [ada, grace, edsger, guest].map((person) => connect(chat, person));
  const [adas, graces, edsgers, guests] = clients as [Client, Client, Client, Client];
  await adas.sees({ ada: 'online', edsger: 'online', grace: 'online', guest: 'online' });
  await graces.sees({ ada: 'online', edsger: 'online', grace: 'online', guest: 'online' });
  await edsgers.sees({ ada: 'online', edsger: 'online', grace: 'online' });
  await guests.sees({ ada: 'online', grace: 'online', guest: 'online' });
  const list = async (caller: Caller) => {
    const { people } = await chat.people(caller, { limit: 100 });
    return people.map(({ handle }) => handle).toSorted();
  };
  assert.deepEqual(await list(guest), ['ada', 'grace', 'guest']);
  // Nor by typing names: one that nobody has and one that they may not know of are the same to them.
  const said = await chat.send(guest, secret, { text: '@edsger @nobody @grace' });
  assert.deepEqual(said.content?.kind === 'message' && said.content.mentions, [grace.accountId]);
  for (const name of ['edsger', 'nobody']) {
    await assert.rejects(runSlash(chat, guest, secret, `/ignore @${name}`), { code: 'chat_member_not_found' }, name);
    await assert.rejects(runSlash(chat, guest, secret, `/unignore @${name}`), { code: 'chat_member_not_found' }, name);
    await assert.rejects(chat.setMember(guest, secret, name), { code: 'chat_forbidden' }, name);
    await assert.rejects(chat.setMember(guest, secret, name, 'owner'), { code: 'chat_forbidden' }, name);
    const kicking = chat.moderation.kick(guest, secret, { handle: name, reason: 'x' });
    await assert.rejects(kicking, { code: 'chat_forbidden' }, name);
  }
  await assert.rejects(chat.setMember(ada, secret, 'nobody'), { code: 'chat_member_not_found' });
  await runSlash(chat, guest, secret, '/ignore @grace');
  assert.deepEqual(await list(edsger), ['ada', 'edsger', 'grace']);
  await chat.removeMember(ada, secret, guest.accountId);
  assert.deepEqual(await list(guest), ['guest']);
  edsgers.away(true);
  await adas.sees({ ada: 'online', edsger: 'away', grace: 'online', guest: 'online' });
  assert.equal(guests.seen()['edsger'], undefined);
  const talk = (await chat.startConversation(ada, ['guest'])).room.roomId;
  const refusals = await Promise.allSettled(['edsger', 'nobody'].map((name) => chat.setMember(guest, talk, name)));
  const refused = refusals.map((each) => each.status === 'rejected' && String(each.reason));
  assert.match(refused[0] || '', /a conversation stays as it is/);
  assert.equal(refused[0], refused[1]);
  for (const each of clients) each[Symbol.dispose]();
});

test('what could not be told to whoever may know is told in the next round', async () => {
  const people = ['ada', 'grace', 'edsger'].map((handle) => ({ accountId: handle, handle, role: 'member' as const }));
  const [ada, grace, edsger] = people as [Person, Person, Person];
  let isAway = false;
  const failed = Promise.withResolvers<void>();
  await using presence = openPresence({
    ...{ pubSub: inProcessPubSub({ log: silentLog }), log: silentLog, key: createSecretKey(Buffer.alloc(32, 1)) },
    ...{ everyMs: 1, othersEveryMs: 60_000 },
    async circles(some) {
      if (isAway) throw new Error('the records are away');
      return async () => some;
    },
    onFailed() {
      isAway = false;
      failed.resolve();
    },
  });
  // Rounds hold up no exit.
  using _waiting = setInterval(() => undefined, 1000);
  const seen = new Set<string>();
  const news = new EventTarget();
  presence.watch({
    person: ada,
    tell(told) {
      for (const { handle } of told.people) seen.add(handle);
      news.dispatchEvent(new Event('told'));
      return true;
    },
  });
  const sees = async (handle: string): Promise<void> => {
    while (!seen.has(handle)) await new Promise((go) => news.addEventListener('told', go, { once: true }));
  };
  presence.enter(ada, () => false);
  await sees('ada');
  isAway = true;
  presence.enter(grace, () => false);
  await failed.promise;
  presence.enter(edsger, () => false);
  await sees('edsger');
  assert.ok(seen.has('grace'));
});

test('a client with much to take is told later, and then all of it at once', async (t) => {
  const { chat, ada, grace } = await testChat(t, quick);
  using slow = connect(chat, ada, { reads: false });
  await slow.sees({ ada: 'online' });
  using _grace = connect(chat, grace);
  using other = connect(chat, ada);
  await other.sees({ ada: 'online', grace: 'online' });
  assert.equal(slow.told.length, 1);
  slow.takes();
  await slow.sees({ ada: 'online', grace: 'online' });
  assert.deepEqual(
    slow.told.map(({ whole }) => whole),
    [true, true],
  );
});
