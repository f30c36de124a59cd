/** Real shells complete our command lines. */
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { dirname } from 'node:path';
import { after, before, test } from 'node:test';
import { cliPerson, launcher, type CliPerson } from '../support/clients/cli-person.ts';
import { startServer, type StartedServer } from '../support/servers/start-server.ts';

let server: StartedServer;
let ada: CliPerson;

before(async () => {
  server = await startServer();
  ada = await cliPerson();
  const signUp = ['signup', server.url, '--name', 'Ada', '--email', 'ada@example.org'];
  const code = ['--setup-code-file', server.workspace.setupCodeFile, '--kit', ada.path('kit.txt')];
  const made = await ada.run(...signUp, '--password-file', ada.passwordFile, ...code);
  assert.equal(made.exitCode, 0, made.stderr);
  assert.equal((await ada.run('mkdir', '/photos', '/photos/old years')).exitCode, 0);
  writeFileSync(ada.path('pholder.txt'), 'x');
  mkdirSync(ada.path('local folder'));
  assert.equal((await ada.run('put', ada.path('pholder.txt'), '/phone list $HOME.txt')).exitCode, 0);
  for (const shell of ['bash', 'zsh', 'fish']) {
    writeFileSync(ada.path(`completion.${shell}`), (await ada.run('completion', shell)).stdout);
  }
});
after(async () => {
  await ada[Symbol.asyncDispose]();
  await server[Symbol.asyncDispose]();
});

type Completer = (words: readonly string[]) => Promise<string[]>;

async function lines(program: string, script: string, words: readonly string[]): Promise<string[]> {
  const child = spawn(program, ['-c', script, ...(program === 'fish' ? [] : [program]), ...words], {
    cwd: ada.folder,
    env: {
      ...process.env,
      XDG_CONFIG_HOME: ada.configFolder,
      HOME: ada.folder,
      PATH: `${dirname(launcher)}:${process.env['PATH'] ?? ''}`,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [stdout, stderr] = [child.stdout.toArray(), child.stderr.toArray()];
  await once(child, 'close');
  assert.equal((await stderr).join(''), '', 'nothing is said beside what was typed');
  return (await stdout).join('').split('\n').filter(Boolean).toSorted();
}

const shells: Readonly<Record<string, Completer>> = {
  bash: async (words) =>
    await lines(
      'bash',
      'source completion.bash; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _holdfast holdfast; printf "%s\\n" "${COMPREPLY[@]}"',
      words,
    ),
  // What zsh would add is printed instead; everything else is zsh's own.
  zsh: async (words) =>
    await lines(
      'zsh',
      `compdef() {}; compadd() { local -a all; if [[ \${@[-2]} == -a ]]; then all=(\${(P)@[-1]}); else all=(\${@:2}); fi; for each in $all; do [[ $each == "\${(Q)words[CURRENT]}"* ]] && print -r -- $each; done }; _files() { print -rl -- \${~words[CURRENT]}*(N) };
       source ./completion.zsh; words=("$@"); CURRENT=$#; _holdfast; true`,
      words,
    ),
  fish: async (words) =>
    (await lines('fish', `source completion.fish; complete -C (string join ' ' -- $argv)`, words)).map(
      (line) => line.split('\t')[0] ?? '',
    ),
};

for (const [shell, complete] of Object.entries(shells)) {
  const skip = spawnSync(shell, ['--version']).status === 0 ? false : `${shell} is not installed`;

  test(`${shell} completes verbs, words of families, and options`, { skip }, async () => {
    const verbs = await complete(['holdfast', 'fa']);
    assert.deepEqual(verbs, ['favourites']);
    assert.deepEqual(await complete(['holdfast', 'account', 'pa']), ['password']);
    assert.deepEqual(await complete(['holdfast', 'admin', 'people', 're']), ['reset']);
    assert.deepEqual(await complete(['holdfast', 'trash', 'restore', '--fo']), ['--force']);
    assert.deepEqual(await complete(['holdfast', 'ls', '--js']), ['--json']);
    assert.deepEqual(await complete(['holdfast', 'login', '--server', 'x']), []);
  });

  test(`${shell} completes files of this computer and of the drive`, { skip }, async () => {
    assert.deepEqual(await complete(['holdfast', 'login', '--password-file', 'phol']), ['pholder.txt']);
    assert.deepEqual(await complete(['holdfast', 'encrypt', 'phol']), ['pholder.txt']);
    assert.deepEqual(await complete(['holdfast', 'put', 'phol']), ['pholder.txt']);
    // On a busy machine an answer of the server may come too late for somebody at the keyboard, and is none then.
    const inTime = async (words: readonly string[]): Promise<string[]> => {
      for (;;) {
        const found = await complete(words);
        if (found.length > 0) return found;
      }
    };
    assert.ok(
      (await inTime(['holdfast', 'ls', '/pho'])).some((path) => path.endsWith('/photos/') || path === '/photos/'),
    );
    const [only] = await inTime(['holdfast', 'get', '/photos/old']);
    assert.equal(only?.replaceAll('\\', ''), '/photos/old years/');
    const [phone] = await inTime(['holdfast', 'cat', '/phone']);
    assert.equal(phone?.replaceAll('\\', ''), '/phone list $HOME.txt');
    assert.deepEqual(await complete(['holdfast', 'ls', '/nothing/of/this']), []);
  });
}

test('names are completed without a word where nobody is logged in, or nobody answers', async (t) => {
  await using nobody = await cliPerson();
  assert.deepEqual(await nobody.run('completion', 'paths', '/ph'), { exitCode: 0, stdout: '', stderr: '' });
  // It takes the connection, and that is all.
  const deaf = createServer();
  deaf.listen(0, '127.0.0.1');
  await once(deaf, 'listening');
  t.after(() => deaf.close());
  const url = `http://127.0.0.1:${(deaf.address() as AddressInfo).port}`;
  mkdirSync(`${nobody.configFolder}/holdfast`, { recursive: true, mode: 0o700 });
  const session = { version: 1, current: url, servers: { [url]: { token: 'x', email: 'a@example.org' } } };
  writeFileSync(`${nobody.configFolder}/holdfast/session.json`, JSON.stringify(session), { mode: 0o600 });
  assert.deepEqual(await nobody.run('completion', 'paths', '/ph'), { exitCode: 0, stdout: '', stderr: '' });
  const wrong = await nobody.run('completion', 'tcsh');
  assert.equal(wrong.exitCode, 2);
});
