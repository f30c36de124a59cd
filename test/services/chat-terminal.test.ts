/** `holdfast chat ROOM` on a terminal: a real one, made by Python's pty. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { test } from 'node:test';
import { stripVTControlCharacters } from 'node:util';
import { PYTHON, withoutPython } from '../support/chat-line/programs.ts';
import { cliPerson, launcher } from '../support/clients/cli-person.ts';
import { startServer } from '../support/servers/start-server.ts';

/** Passes on what is typed, and what the program shows; ends with its exit code. */
const PTY = 'import os, pty, sys; sys.exit(os.waitstatus_to_exitcode(pty.spawn(sys.argv[1:])))';

test(
  'on a terminal people talk, complete names, run commands, and leave',
  { skip: withoutPython, timeout: 240_000 },
  async (t) => {
    const server = await startServer();
    t.after(() => server[Symbol.asyncDispose]());
    const ada = await cliPerson();
    t.after(() => ada[Symbol.asyncDispose]());
    await ada.signUp(server);
    await ada.runWith({ input: 'said before\n' }, 'chat', 'general');

    const child = spawn(PYTHON, ['-c', PTY, launcher, 'chat', 'general'], {
      cwd: ada.folder,
      env: { ...process.env, XDG_CONFIG_HOME: ada.configFolder, TERM: 'xterm-256color' },
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    t.after(() => child.kill('SIGKILL'));
    const exit = once(child, 'exit');
    let screen = '';
    child.stdout.on('data', (piece: Buffer) => {
      // Colours and moves of the cursor say nothing of the words.
      screen += stripVTControlCharacters(piece.toString());
    });
    /** What is shown is taken with it: each step waits for its own. */
    const shows = async (expected: RegExp): Promise<void> => {
      for (let found = expected.exec(screen); ; found = expected.exec(screen)) {
        if (found) return void (screen = screen.slice(found.index + found[0].length));
        await Promise.race([
          once(child.stdout, 'data', { signal: t.signal }),
          exit.then(() => Promise.reject(new Error(`It ended, and showed ${JSON.stringify(screen)}`))),
        ]);
      }
    };
    const type = (keys: string): void => void child.stdin.write(keys);

    await shows(/said before/);
    await shows(/> /);
    type('hello from a terminal\r');
    await shows(/ada: hello from a terminal/);

    // Tab comes by itself, as from a hand: within what is pasted it is a character like others.
    type('/top');
    await shows(/\/top/);
    type('\t');
    await shows(/ic/);
    type(' Cake and plans\r');
    // As it was typed, and as the server answers.
    await shows(/Cake and plans[\s\S]*Cake and plans/);

    type('/nothing\r');
    await shows(/There is no such command/);

    type('@a');
    await shows(/@a/);
    type('\t');
    await shows(/da/);
    type(' waves\r');
    await shows(/ada: @ada waves/);

    // The line before, again.
    type('\u001b[A');
    await shows(/@ada waves/);
    type(' twice\r');
    await shows(/ada: @ada waves twice/);

    // What the rules of the room blur is told, and shown to whoever asks; its author is told why.
    await ada.run('moderate', 'filter', 'general', '--mode', 'blur', '--word', 'gadget', '--reason', 'Ads');
    type('a gadget\r');
    // The room and the answer to sending tell of it, in whichever order.
    await shows(/^(?=[\s\S]*for 1 word: \/show 5 shows it\))(?=[\s\S]*It was sent as it is\. By the rules)/);
    type('/show 5\r');
    await shows(/ada: a gadget/);

    // Ctrl-D.
    type('\u0004');
    assert.deepEqual(await exit, [0, null]);
  },
);
