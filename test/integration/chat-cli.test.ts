/** `holdfast chat` against a whole server. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { test, type TestContext } from 'node:test';
import type { MessageView, RoomsReply, RoomView } from '../../src/chat/wire.ts';
import { chatTerminal } from '../support/clients/chat-terminal.ts';
import { type CliPerson, cliPerson } from '../support/clients/cli-person.ts';
import { freePort } from '../support/servers/process.ts';
import { startServer, type StartedServer, type StartOptions } from '../support/servers/start-server.ts';

async function person(t: TestContext, options: StartOptions = {}): Promise<{ server: StartedServer; ada: CliPerson }> {
  const server = await startServer(options);
  t.after(() => server[Symbol.asyncDispose]());
  const ada = await cliPerson();
  t.after(() => ada[Symbol.asyncDispose]());
  await ada.signUp(server);
  return { server, ada };
}

test('rooms are listed, lines of a pipe are sent, and what was said is shown', async (t) => {
  const { ada } = await person(t);
  const { rooms } = await ada.json<RoomsReply>('chat');
  assert.deepEqual(
    rooms.map(({ name }) => name),
    ['general'],
  );
  const sent = await ada.runWith({ input: 'The backup is done\n\nund schöne Grüße' }, 'chat', '#General');
  assert.equal(sent.exitCode, 0, sent.stderr);
  assert.equal(sent.stdout, '2 messages sent to #general.\n');
  const { messages } = await ada.json<{ messages: MessageView[] }>('chat', 'general', '--history', '10');
  assert.deepEqual(
    messages.map(({ text }) => text),
    ['The backup is done', 'und schöne Grüße'],
  );
  const shown = await ada.run('chat', 'general', '--history', '1');
  assert.match(shown.stdout, /^\d{4}-\d\d-\d\d \d\d:\d\d {2}ada: und schöne Grüße\n$/);
});

test('what other people write can do nothing to a terminal', async (t) => {
  const { ada } = await person(t);
  await ada.runWith({ input: '\u001b[2J\u001b]0;title\u0007 \u202egpj\n' }, 'chat', 'general');
  const { stdout } = await ada.run('chat', 'general', '--history', '1');
  assert.doesNotMatch(stdout, /[\u001b\u0007\u202e]/);
  assert.match(stdout, /\\u\{1b\}\[2J/);
});

test('a room is followed as one JSON text a line, a restart of the server included', async (t) => {
  // Nobody else is given it while the server is away.
  const flags = { port: await freePort() };
  const { server, ada } = await person(t, { flags });
  const { child, ended } = ada.start('chat', 'general', '--follow', '--json');
  t.after(() => child.kill('SIGKILL'));
  const lines = createInterface({ input: child.stdout });
  const heard: string[] = [];
  const news = new EventTarget();
  lines.on('line', (line) => {
    const { kind, message } = JSON.parse(line) as { kind: string; message?: MessageView };
    heard.push(message?.text ?? kind);
    news.dispatchEvent(new Event('line'));
  });
  const until = async (text: string): Promise<void> => {
    while (!heard.includes(text)) await once(news, 'line');
  };
  await until('listening');
  await ada.runWith({ input: 'one\ntwo\n' }, 'chat', 'general');
  await until('two');
  await server.stop();
  const again = await startServer({ data: server.data, flags });
  t.after(() => again[Symbol.asyncDispose]());
  await ada.runWith({ input: 'three\n' }, 'chat', 'general');
  await until('three');
  assert.deepEqual(
    heard.filter((each) => each !== 'listening'),
    ['one', 'two', 'three'],
  );
  child.kill('SIGINT');
  assert.notEqual((await ended).exitCode, 0);
});

test('a room that is not there, and options that do not go together, are refused', async (t) => {
  const { ada } = await person(t);
  const missing = await ada.run('chat', 'nowhere');
  assert.equal(missing.exitCode, 3);
  assert.match(missing.stderr, /no such room/);
  assert.equal((await ada.run('chat', 'general', '--history', '5', '--follow')).exitCode, 2);
  assert.equal((await ada.run('chat', 'general', '--history', '0')).exitCode, 2);
});

test('a conversation on a terminal is called as it is typed, and what is said there is seen to change', async (t) => {
  const { server, ada } = await person(t);
  const grace = await server.signUp({ name: 'Grace' });
  const call = async <Reply>(path: string, json: object): Promise<Reply> => {
    const answer = await server.call('POST', `/api/v1/chat/${path}`, { token: grace.token, json });
    assert.ok(answer.ok, path);
    return (answer.status === 204 ? null : await answer.json()) as Reply;
  };
  const sent = await ada.runWith({ input: 'hello\n' }, 'chat', '@grace');
  assert.equal(sent.stdout, '1 message sent to @grace.\n');
  assert.match((await ada.run('chat')).stdout, /^@grace +conversation/m);
  const { roomId } = await call<RoomView>('conversations', { handles: ['ada'] });
  const terminal = await chatTerminal(server, grace, roomId);
  await terminal.until(/^@ada \(\/help/);
  terminal.say('it is at thre');
  await terminal.until(/grace: it is at thre$/);
  await call(`rooms/${roomId}/messages/2`, { text: 'it is at three' });
  await terminal.until(/grace: it is at three$/);
  await call(`rooms/${roomId}/messages/2/reactions`, { reaction: '👍', on: true });
  terminal.say('bye');
  await terminal.until(/grace: bye$/);
  assert.equal(terminal.shown.filter((line) => line.includes('at three')).length, 1, 'a reaction says nothing again');
  assert.equal(terminal.shown.filter((line) => line.includes('hello')).length, 1);
  terminal.say('/quit');
  await terminal.talked;
});

test('what people say whom one ignores is left out on a terminal, as long as one does', async (t) => {
  const { server, ada } = await person(t);
  const grace = await server.signUp({ name: 'Grace' });
  await ada.runWith({ input: 'one\ntwo\n' }, 'chat', 'general');
  const { roomId } = (await ada.json<{ roomId: string }>('chat', 'general', '--history', '1')) ?? {};
  const [first, second] = [await chatTerminal(server, grace, roomId), await chatTerminal(server, grace, roomId)];
  await Promise.all([first, second].map((each) => each.until(/ada: two/)));
  first.say('/ignore @ada');
  await first.until(/^You ignore @ada/);
  const later = await chatTerminal(server, grace, roomId);
  await later.until(/^… 2 messages of people you ignore left out/);
  await ada.runWith({ input: 'three\n' }, 'chat', 'general');
  later.say('mine');
  for (const each of [first, second, later]) {
    await each.until(/grace: mine/);
    assert.ok(!each.shown.some((line) => line.includes('three')), 'on any terminal of hers');
    each.say('/quit');
  }
  await Promise.all([first, second, later].map(({ talked }) => talked));
});
