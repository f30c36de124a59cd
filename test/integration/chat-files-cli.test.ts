/** Files in rooms from a terminal and on the chat line: sent, shown with a number, fetched, and told as a line. */
import assert from 'node:assert/strict';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { after, before, test } from 'node:test';
import type { MessageView, RoomsReply } from '../../src/chat/wire.ts';
import { joinLine } from '../support/chat-line/client.ts';
import { linePort } from '../support/chat-line/line-port.ts';
import { chatTerminal } from '../support/clients/chat-terminal.ts';
import { type CliPerson, cliPerson } from '../support/clients/cli-person.ts';
import { startServer, type StartedServer } from '../support/servers/start-server.ts';

let server: StartedServer;
let ada: CliPerson;

before(async () => {
  server = await startServer({ environment: { HOLDFAST_CHAT_LINE_PORT: 'any' } });
  ada = await cliPerson();
  await ada.signUp(server);
});
after(async () => {
  await ada[Symbol.asyncDispose]();
  await server[Symbol.asyncDispose]();
});

test('a script sends files with a text, and the line shows name, size and where the message is', async () => {
  await using reader = await joinLine({ port: linePort(server) }, 'reader');
  await writeFile(ada.path('report.pdf'), 'r'.repeat(2000));
  await writeFile(ada.path('log.txt'), 'l');
  const { message } = await ada.json<{ message: MessageView }>(
    ...['chat', 'general', '--attach', 'report.pdf', '--attach', 'log.txt', '--text', 'As of tonight'],
  );
  assert.deepEqual(
    message.attachments.map(({ name, size, state }) => [name, size, state]),
    [
      ['report.pdf', 2000, 'shared'],
      ['log.txt', 1, 'shared'],
    ],
  );
  await reader.hears('ada: As of tonight');
  const link = `${server.url}/chat/rooms/${message.roomId}/at/${message.sequence}`;
  await reader.hears(`ada: report.pdf (2.0 kB) ${link}`);
  await reader.hears(`ada: log.txt (1 byte) ${link}`);
  const shown = await ada.run('chat', 'general', '--history', '1');
  assert.match(shown.stdout, /ada: As of tonight\n +\[file\] report\.pdf, 2\.0 kB\n +\[file\] log\.txt, 1 byte\n$/);
});

test('what cannot be sent stops it before anything is uploaded', async () => {
  await mkdir(ada.path('folder'));
  await writeFile(ada.path('good.txt'), 'x');
  const folder = await ada.run('chat', 'general', '--attach', 'good.txt', '--attach', 'folder');
  assert.equal(folder.exitCode, 3);
  assert.match(folder.stderr, /A folder cannot be sent/);
  const missing = await ada.run('chat', 'general', '--attach', 'good.txt', '--attach', 'nowhere.txt');
  assert.equal(missing.exitCode, 3);
  const many = Array.from({ length: 11 }, () => ['--attach', 'good.txt']).flat();
  assert.equal((await ada.run('chat', 'general', ...many)).exitCode, 2);
  assert.equal((await ada.run('chat', 'general', '--text', 'alone')).exitCode, 2);
  const { stdout } = await ada.run('ls', '/Chat uploads');
  assert.doesNotMatch(stdout, /good/);
});

test('in a room on a terminal a file is sent, shown with a number, saved, and never put over another one', async () => {
  const { token } = await server.signUp({ name: 'Grace' });
  const { rooms } = (await (await server.call('GET', '/api/v1/chat/rooms', { token })).json()) as RoomsReply;
  await writeFile(ada.path('to send.txt'), 'from the terminal');
  await mkdir(ada.path('saved'));
  const grace = await chatTerminal(server, { token, workingFolder: ada.folder }, rooms[0]?.roomId ?? '');
  const { say, until } = grace;
  say('/send "to send.txt"');
  // Files of the messages before have numbers as well.
  const file = /\[file (\d+)\] to send\.txt, 17 bytes/;
  const [, number] = file.exec(await until(file)) ?? [];
  say(`/save ${number} saved`);
  await until(/^Saved .*saved\/to send\.txt$/);
  assert.equal(await readFile(ada.path('saved', 'to send.txt'), 'utf8'), 'from the terminal');
  say(`/save ${number} saved`);
  await until(/already something of this name/);
  say('/save 77');
  await until(/\/save N \[TO\]/);
  say('/send nowhere.txt');
  await until(/no such file/);
  say('/quit');
  await grace.talked;
});
