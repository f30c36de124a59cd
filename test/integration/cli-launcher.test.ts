import assert from 'node:assert/strict';
import { once } from 'node:events';
import { copyFileSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { commandGroups } from '../../src/cli/catalog.ts';
import type { EntryFunctions } from '../../src/cli/index.ts';
import { parseCommandLine } from '../../src/cli/program.ts';
import { version } from '../../src/base/version.ts';
import { cliPerson, launcher, type CliProcess } from '../support/clients/cli-person.ts';
import { commandsOf } from '../support/documented/shell-words.ts';
import { run } from '../support/servers/workspace-by-command.ts';

const entry: EntryFunctions = {
  serve: async () => {},
  doctorOffline: async () => ({ checks: [] }),
  moveRecords: async () => {
    throw new Error('not asked for here');
  },
  moveWorkspaceKey: async () => {
    throw new Error('not asked for here');
  },
  probeStore: async () => {
    throw new Error('not asked for here');
  },
  auditVerifyOffline: async () => {
    throw new Error('not asked for here');
  },
  openLocalGuard: async () => {
    throw new Error('not asked for here');
  },
  openAgent: async () => {
    throw new Error('not asked for here');
  },
  openLocalHost: async () => {
    throw new Error('not asked for here');
  },
  openDeployment: async () => {
    throw new Error('not asked for here');
  },
  openLocalNetwork: async () => {
    throw new Error('not asked for here');
  },
  guardParts: () => Promise.reject(new Error('not asked for here')),
  openLocalFindings: async () => {
    throw new Error('not asked for here');
  },
};

test('the launcher works through links, from any folder', async () => {
  await using ada = await cliPerson();
  symlinkSync(launcher, ada.path('one'));
  symlinkSync('one', ada.path('two'));
  const ran = await run([ada.path('two'), '--version'], {});
  assert.deepEqual([ran.exitCode, ran.stdout], [0, `holdfast ${version}\n`]);
});

test('without its packages the launcher says what to run', async () => {
  await using ada = await cliPerson();
  copyFileSync(launcher, ada.path('holdfast'));
  const ran = await run([ada.path('holdfast'), '--version'], {});
  assert.equal(ran.exitCode, 3);
  assert.match(ran.stderr, /npm ci/);
});

test('every verb has help that starts with three real examples', async () => {
  const commands = (await Promise.all(commandGroups(entry).map((group) => group.load()))).flat();
  for (const { path, examples, options = [] } of commands) {
    assert.ok(examples.length >= 3, path.join(' '));
    const names = options.map(({ name }) => name);
    assert.equal(new Set(names).size, names.length, path.join(' '));
    for (const secret of ['password', 'token', 'secret', 'recovery-key', 'setup-code']) {
      assert.ok(!names.includes(secret), `${path.join(' ')} takes --${secret} on the command line`);
    }
  }
  await using ada = await cliPerson();
  const help = await ada.run('put', '--help');
  assert.equal(help.exitCode, 0);
  assert.match(help.stdout, /^holdfast put: .*\n\n( {2}# .*\n {2}.*holdfast .*\n){3}/);
});

test('every example of a verb is a command that the program understands, and at least one is of that verb', async () => {
  const commands = (await Promise.all(commandGroups(entry).map((group) => group.load()))).flat();
  for (const command of commands) {
    const shown = command.examples.map(({ run: line }) => {
      const ours = commandsOf(line).filter(([program]) => program === 'holdfast');
      // “…” stands for what the reader puts there.
      return ours
        .filter((words) => !words.includes('…'))
        .map(([, ...words]) => {
          try {
            return parseCommandLine(commands, words).command;
          } catch (error) {
            throw new Error(`holdfast ${command.path.join(' ')} shows: ${line}`, { cause: error });
          }
        });
    });
    assert.ok(
      shown.some((parsed) => parsed.includes(command)),
      command.path.join(' '),
    );
  }
});

test('an unknown verb names the nearest, and wrong usage ends with 2', async () => {
  await using ada = await cliPerson();
  const cases: readonly (readonly [readonly string[], RegExp])[] = [
    [['versoins', '/a'], /Did you mean: holdfast versions/],
    [['account', 'sesions'], /Did you mean: holdfast account sessions/],
    [['ls', '--lnog'], /Did you mean --long/],
    [['restore', '/a'], /missing required argument 'VERSION'/],
    [['put', 'a', '/b', '--jobs', 'many'], /--jobs takes a whole number from 1 to 32/],
    [['get', '/a', '--exclude', '{a'], /a “{” is not closed/],
  ];
  for (const [args, expected] of cases) {
    const ran = await ada.run(...args);
    assert.equal(ran.exitCode, 2, args.join(' '));
    assert.equal(ran.stdout, '');
    assert.match(ran.stderr, expected);
  }
});

test('serve says where it is, ends with 0 at SIGTERM, and doctor then looks at its folder', async () => {
  await using ada = await cliPerson();
  const { child, ended }: CliProcess = ada.start('serve', '--data', 'data', '--port', '0');
  await once(child.stdout, 'data');
  child.kill('SIGTERM');
  const ran = await ended;
  assert.equal(ran.exitCode, 0, ran.stderr);
  assert.match(ran.stdout, /is ready/);
  const before = readFileSync(join(ada.folder, 'data/secrets/workspace.key'));
  const doctor = await ada.run('doctor', '--data', 'data', '--json');
  assert.ok(doctor.exitCode === 0 || doctor.exitCode === 1, doctor.stderr);
  const { checks } = JSON.parse(doctor.stdout) as { checks: { id: string; verdict: string }[] };
  assert.ok(checks.length > 0);
  assert.deepEqual(readFileSync(join(ada.folder, 'data/secrets/workspace.key')), before);
});
