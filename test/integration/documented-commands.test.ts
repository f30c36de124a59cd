/** Every command that the pages show: those of the first day are run, all others of ours are understood by the program as they stand. */
import assert from 'node:assert/strict';
import { globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { commandGroups } from '../../src/cli/catalog.ts';
import { findCommand, parseCommandLine } from '../../src/cli/program.ts';
import type { EntryFunctions } from '../../src/cli/index.ts';
import { cliPerson } from '../support/cli-person.ts';
import { freePort, spawnServer } from '../support/server-process.ts';

const ROOT = join(import.meta.dirname, '../..');
/** Written from the verbs themselves, which other tests hold against the program. */
const GENERATED = ['docs/commands.md', 'docs/errors.md', 'docs/settings.md'];
const PAGES = globSync(['*.md', 'docs/**/*.md'], { cwd: ROOT })
  .filter((path) => !GENERATED.includes(path) && !path.startsWith('docs/decisions/'))
  .toSorted();
/** Run from top to bottom. */
const RUN = 'docs/guide/first-day.md';

/** Programs of others in the pages, and why no test runs them as they stand there. What stands behind each is tested elsewhere. */
const NOT_RUN: Readonly<Record<string, string>> = {
  age: 'test/services/age-stock.test.ts opens exported keys and objects with it',
  aws: 'needs an account of AWS',
  bash: 'test/integration/host-scan.test.ts runs the archive',
  chmod: 'keeps a token from other users of the machine',
  cat: 'reads what a running service wrote',
  cd: 'changes the folder of a shell',
  curl: 'test/integration/chat-bots.test.ts posts to webhooks over HTTP',
  docker: 'there is no Docker daemon; test/services/elsewhere.test.ts runs what is in the image',
  export: 'sets a variable of a shell',
  git: 'fetches from where the checkout came from',
  install: 'changes the system',
  npm: 'the gate of this checkout: npm ci, npm test; npm run demo has a test of its own',
  openssl: 'makes a random token',
  printf: 'writes a file of secrets',
  systemctl: 'there is no systemd that runs; test/services/elsewhere.test.ts reads the unit',
  tar: 'test/integration/host-scan.test.ts unpacks the archive',
  tcpdump: 'test/services/network-tshark.test.ts reads captures',
  useradd: 'changes the system',
};

interface Shown {
  readonly at: string;
  readonly words: readonly string[];
}

/** Commands in the blocks of `sh`, one for each line that is not continued, and each side of a pipe. */
function shownIn(page: string): readonly Shown[] {
  const lines = readFileSync(join(ROOT, page), 'utf8').split('\n');
  const shown: Shown[] = [];
  let isInside = false;
  let text = '';
  for (const [index, line] of lines.entries()) {
    if (/^\s*```/.test(line)) {
      isInside = /^\s*```sh\s*$/.test(line);
      text = '';
      continue;
    }
    if (!isInside) continue;
    text += line.replace(/\\$/, ' ');
    if (line.endsWith('\\')) continue;
    for (const words of commandsOf(text)) shown.push({ at: `${page}:${index + 1}`, words });
    text = '';
  }
  return shown;
}

/** Words of each command in a line of a shell: quotes are taken off, what is redirected is left out. */
function commandsOf(line: string): readonly (readonly string[])[] {
  const commands: string[][] = [[]];
  const token =
    /\s+|#.*$|(\|\||&&|[|;])|\d*>>?\s*\S+|<\s*\S+|((?:"(?:\\.|[^"\\])*"|'[^']*'|\\.|<\([^)]*\)|\$\([^)]*\)|[^\s"'|;&<>\\])+)/gy;
  token.lastIndex = 0;
  for (let found = token.exec(line); found !== null; found = token.exec(line)) {
    const [all, ends, word] = found;
    if (all.startsWith('#')) break;
    if (ends !== undefined) commands.push([]);
    else if (word !== undefined) {
      commands
        .at(-1)
        ?.push(
          word.replace(
            /"((?:\\.|[^"\\])*)"|'([^']*)'/g,
            (_, double?: string, single?: string) => double ?? single ?? '',
          ),
        );
    }
    if (token.lastIndex >= line.length) break;
  }
  return commands.flatMap((words) => {
    const bare = words.slice(words.findIndex((word) => !/^[A-Z_]+=/.test(word) && word !== 'sudo'));
    return words.length === 0 || bare.length === 0 ? [] : [bare];
  });
}

const entry = new Proxy({} as EntryFunctions, { get: () => () => Promise.reject(new Error('not asked for here')) });

test('every command of ours that the pages show is one that the program understands', async () => {
  const commands = (await Promise.all(commandGroups(entry).map((group) => group.load()))).flat();
  let understood = 0;
  for (const { at, words } of PAGES.flatMap(shownIn)) {
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

test('every other program that the pages show is known, with the reason why it is not run here', () => {
  const others = new Map<string, string>();
  for (const { at, words } of PAGES.flatMap(shownIn)) {
    const [program = ''] = words;
    if (!/^(\.\/)?holdfast$/.test(program)) others.set(program, at);
  }
  const unknown = [...others].filter(([program]) => !(program in NOT_RUN)).map(([program, at]) => `${at}: ${program}`);
  assert.deepEqual(unknown, []);
  assert.deepEqual(
    Object.keys(NOT_RUN).filter((program) => !others.has(program)),
    [],
    'no page shows these any more',
  );
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
