/** Every command of ours that the pages show is understood by the program as it stands, and those of the first day are run; the others are run by documented-pages.test.ts. */
import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { commandGroups } from '../../src/cli/catalog.ts';
import { findCommand, parseCommandLine } from '../../src/cli/program.ts';
import type { EntryFunctions } from '../../src/cli/index.ts';
import { cliPerson } from '../support/clients/cli-person.ts';
import { documentedPages, linesIn } from '../support/documented/commands.ts';
import { freePort, spawnServer } from '../support/servers/process.ts';
import { commandsOf } from '../support/documented/shell-words.ts';

const ROOT = join(import.meta.dirname, '../..');
/** Run from top to bottom. */
const RUN = 'docs/guide/first-day.md';

interface Shown {
  readonly at: string;
  readonly words: readonly string[];
}

/** Each side of a pipe is a command. */
function shownIn(page: string): readonly Shown[] {
  return linesIn(page).flatMap(({ at, text }) => commandsOf(text).map((words) => ({ at, words })));
}

const entry = new Proxy({} as EntryFunctions, { get: () => () => Promise.reject(new Error('not asked for here')) });

test('every command of ours that the pages show is one that the program understands', async () => {
  const commands = (await Promise.all(commandGroups(entry).map((group) => group.load()))).flat();
  let understood = 0;
  for (const { at, words } of documentedPages.flatMap(shownIn)) {
    const [program = '', ...rest] = words;
    if (!/^(\.\/)?holdfast$/.test(program)) continue;
    if (rest.includes('--help') || rest[0] === '--version') continue;
    assert.ok(findCommand(commands, rest), `${at}: there is no verb holdfast ${rest.join(' ')}`);
    // “…” stands for what the reader puts there.
    if (!rest.includes('…')) parseCommandLine(commands, rest);
    understood += 1;
  }
  assert.ok(understood > 100, `${understood} commands`);
});

test('the first day goes as its page says, command by command', async () => {
  await using person = await cliPerson();
  mkdirSync(person.path('photos'));
  writeFileSync(person.path('plan.pdf'), 'a plan');
  writeFileSync(person.path('photos/one.jpg'), 'a photo');
  writeFileSync(person.path('password'), `${person.password}\n`);
  const port = await freePort();
  const env = {
    HOLDFAST_KDF_MEMORY_BYTES: String(19 * 2 ** 20),
    HOLDFAST_KDF_PASSES: '2',
    HOLDFAST_LOG_LEVEL: 'silent',
  };
  const server = spawnServer({
    launcher: [process.execPath, join(ROOT, 'src/entry/holdfast.js')],
    dataFolder: person.path('data'),
    port,
    env,
  });
  try {
    await server.ready;
    const shown = shownIn(RUN);
    assert.ok(shown.length >= 25, `${shown.length} commands`);
    for (const { at, words } of shown) {
      const [program, ...rest] = words.map((word) => word.replace('http://localhost:8080', server.url));
      assert.equal(program, 'holdfast', at);
      const { exitCode, stdout, stderr } = await person.run(...rest);
      assert.equal(exitCode, 0, `${at}: holdfast ${rest.join(' ')}\n${stdout}${stderr}`);
      // Everything after the second account would be asked as that one, who is no admin.
      if (rest.includes('--invite-file')) {
        const back = ['login', server.url, '--email', 'ada@example.org', '--password-file', person.path('password')];
        assert.equal((await person.run(...back)).exitCode, 0);
      }
    }
  } finally {
    server.child.kill('SIGTERM');
    await server.ended;
  }
});
