/** `holdfast chat ROOM` on a terminal: a real one, made by Python's pty. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { test } from 'node:test';
import { stripVTControlCharacters } from 'node:util';
import type { RoomsReply } from '../../src/chat/wire.ts';
import { cliPerson, launcher } from '../support/cli-person.ts';
import { startServer } from '../support/start-server.ts';

/** Passes on what is typed, and what the program shows; ends with its exit code. */
const PTY = 'import os, pty, sys; sys.exit(os.waitstatus_to_exitcode(pty.spawn(sys.argv[1:])))';

test('on a terminal people talk, complete names, run commands, and leave', async (t) => {
  const server = await startServer();
  t.after(() => server[Symbol.asyncDispose]());
  const ada = await cliPerson();
  t.after(() => ada[Symbol.asyncDispose]());
  await ada.signUp(server);
  const { rooms } = await ada.json<RoomsReply>('chat');
  const roomId = rooms[0]?.roomId ?? '';
  await ada.runWith({ input: 'said before\n' }, 'chat', 'general');

  const child = spawn('python3', ['-c', PTY, launcher, 'chat', 'general'], {
    cwd: ada.folder,
    env: { ...process.env, XDG_CONFIG_HOME: ada.configFolder, TERM: 'xterm-256color', COLUMNS: '100' },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  t.after(() => child.kill('SIGKILL'));
  let screen = '';
  const news = new EventTarget();
  child.stdout.on('data', (piece: Buffer) => {
    // Colours and moves of the cursor say nothing of the words.
    screen += stripVTControlCharacters(piece.toString());
    news.dispatchEvent(new Event('shown'));
  });
  const shows = async (expected: RegExp): Promise<void> => {
    while (!expected.test(screen)) await once(news, 'shown');
    screen = '';
  };
  const type = (keys: string): void => void child.stdin.write(keys);

  await shows(/said before/);
  type('hello from a terminal\r');
  await shows(/ada: hello from a terminal/);
  type('/top\tCake and plans\r');
  // What is typed is shown as well, before it has happened.
  for (let topic = ''; topic !== 'Cake and plans';) {
    const { rooms: now } = await ada.json<RoomsReply>('chat');
    topic = now.find((room) => room.roomId === roomId)?.topic ?? '';
  }
  type('/nothing\r');
  await shows(/There is no such command/);
  type('@a\twaves\r');
  await shows(/ada: @ada waves/);
  const exit = once(child, 'exit');
  type('/quit\r');
  assert.deepEqual(await exit, [0, null]);
});
