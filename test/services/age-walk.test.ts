import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { globSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { after, before, test } from 'node:test';
import { stockAge } from '../support/programs/stock-age.ts';
import { serveByCommand, type WorkspaceByCommand } from '../support/servers/workspace-by-command.ts';

const LAUNCHER = [join(import.meta.dirname, '../../holdfast')];
const age = stockAge('new');
const folder = mkdtempSync(join(tmpdir(), 'age-walk-'));
const content = randomBytes(300_000);
let workspace: WorkspaceByCommand | undefined;

function running(): WorkspaceByCommand {
  assert.ok(workspace, 'the server did not start');
  return workspace;
}

function decrypt(identityFile: string, file: string): Buffer {
  return execFileSync(age.path, ['-d', '-i', identityFile, file], { maxBuffer: 2 ** 26 });
}

function keep(name: string, bytes: Buffer): string {
  const path = join(folder, name);
  writeFileSync(path, bytes, { mode: 0o600 });
  return path;
}

/** From the kit alone to the drive's keys, as the kit itself describes it. */
function keyringByKit(store: string): { keyring: string; drive: string } {
  const [account = ''] = globSync('keys/accounts/*/recovery.age', { cwd: store });
  const accountId = account.split('/')[2] ?? '';
  const identity = keep('account.txt', decrypt(running().kitFile, join(store, account)));
  const [wrapped = ''] = globSync(`keys/drives/*/${accountId}.age`, { cwd: store });
  return { keyring: keep('keyring.txt', decrypt(identity, join(store, wrapped))), drive: wrapped.split('/')[2] ?? '' };
}

function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}

before(async () => {
  if (age.skip) return;
  workspace = await serveByCommand(LAUNCHER, join(folder, 'workspace'));
  await workspace.signUp();
  for (const [name, bytes] of [
    ['plan.bin', content],
    ['plan.bin', randomBytes(70_000)],
    ['empty.txt', Buffer.alloc(0)],
  ] as const) {
    const { exitCode, stderr } = await running().run('put', keep(name, bytes), '/');
    assert.equal(exitCode, 0, stderr);
  }
});
after(async () => {
  await workspace?.stop();
  rmSync(folder, { recursive: true, force: true });
});

for (const store of ['objects', 'backup']) {
  test(
    `with the recovery kit, the folder ${store} and stock age, every version of every file comes back`,
    { skip: age.skip },
    async () => {
      await copiesDone();
      const root = join(running().dataFolder, store);
      const { keyring, drive } = keyringByKit(root);
      const objects = globSync(`drives/${drive}/o/*.age`, { cwd: root });
      const found = objects.map((object) => sha256(decrypt(keyring, join(root, object))));
      assert.equal(objects.length, 3);
      assert.ok(found.includes(sha256(content)));
      assert.ok(found.includes(sha256(readFileSync(join(folder, 'plan.bin')))));
      assert.ok(found.includes(sha256(Buffer.alloc(0))));
    },
  );
}

test(
  'keys export --plain gives an identity file that stock age opens the objects with',
  { skip: age.skip },
  async () => {
    const exported = join(folder, 'exported.txt');
    const ran = await running().run(
      'keys',
      'export',
      '--plain',
      '--output',
      exported,
      '--password-file',
      running().passwordFile,
    );
    assert.equal(ran.exitCode, 0, ran.stderr);
    assert.equal(statSync(exported).mode & 0o777, 0o600);
    const objects = globSync(join(running().dataFolder, 'objects/drives/*/o/*.age'));
    assert.ok(objects.some((object) => decrypt(exported, object).equals(content)));
  },
);

test('nothing in either store opens with a key of somebody else', { skip: age.skip }, () => {
  const stranger = keep(
    'stranger.txt',
    execFileSync(join(age.path, '../age-keygen'), ['-pq'], { stdio: ['ignore', 'pipe', 'ignore'] }),
  );
  const files = globSync(join(running().dataFolder, '{objects,backup}/**/*.age'));
  assert.ok(files.length >= 6);
  for (const file of files) {
    assert.throws(() => execFileSync(age.path, ['-d', '-i', stranger, file], { stdio: 'ignore' }), basename(file));
  }
});

/** The second copies follow within moments; the command tells when all are there. */
async function copiesDone(): Promise<void> {
  for (let look = 0; look < 100; look += 1) {
    const { stdout, stderr } = await running().run('backup', 'status', '--json');
    assert.notEqual(stdout, '', stderr);
    if ((JSON.parse(stdout) as { verdict: string }).verdict === 'complete') return;
  }
  assert.fail('the second copies never came');
}
