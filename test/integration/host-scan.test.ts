import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, watch, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { readProcesses } from '../../src/host/probes/process-table.ts';
import { launcher } from '../support/clients/cli-person.ts';
import { run } from '../support/servers/workspace-by-command.ts';

const folder = mkdtempSync(join(tmpdir(), 'host-scan-'));
after(() => rmSync(folder, { recursive: true, force: true }));
const state = join(folder, 'state');
const own = join(folder, 'checks');
mkdirSync(own, { mode: 0o755 });
writeFileSync(
  join(own, 'OWN-01.sh'),
  `# id: OWN-01
# title: A file of ours is there
# severity: medium
# rationale: It should not be.
# needs: nothing
# fix: M
# remedy: Remove it.

detect() {
  if [ -e '${join(folder, 'bad')}' ]; then fail "$(printf '/bad\\e[31m')" 'it is there'; else pass; fi
}
`,
  { mode: 0o644 },
);

const holdfast = (...words: string[]) => run([launcher, ...words, '--state', state], { HOME: folder });

test('a scan finds what is wrong, keeps it among the findings, and its exit code says so', async () => {
  writeFileSync(join(folder, 'bad'), '');
  const words = ['host', 'scan', '--checks', own, '--check', 'OWN-01', '--check', 'KRN-07'];
  const found = await holdfast(...words, '--fail-on', 'medium');
  assert.equal(found.exitCode, 1, found.stderr);
  assert.match(found.stdout, /OWN-01 {2}A file of ours is there/);
  assert.ok(!found.stdout.includes('\u001b[31m'), 'an escape in a name does not reach the terminal');
  assert.match(found.stdout, /Hardening index \d+ of 100/);
  const listed = await holdfast('findings', 'list');
  assert.match(listed.stdout, /A file of ours is there/);

  rmSync(join(folder, 'bad'));
  const mended = await holdfast(...words, '--fail-on', 'medium', '--json');
  assert.equal(mended.exitCode, 0, mended.stderr);
  const { since, system, findings } = JSON.parse(mended.stdout) as {
    since: { changes: object[] };
    system: { osId: string };
    findings: { check: string; verdict: string }[];
  };
  assert.deepEqual(since.changes, [
    { check: 'OWN-01', title: 'A file of ours is there', before: 'wrong', after: 'right' },
  ]);
  assert.ok(system.osId.length > 0);
  assert.equal(findings.find(({ check }) => check === 'OWN-01')?.verdict, 'pass');
  const html = await holdfast(...words, '--format', 'html');
  assert.match(html.stdout, /^<!doctype html>[\s\S]*Hardening index/);
  const again = await holdfast('host', 'report', '--format', 'csv');
  assert.match(again.stdout, /OWN-01/);
});

test('a check is shown as it is run, and an unknown one is refused with a way to see all', async () => {
  const shown = await run([launcher, 'host', 'show', 'krn-07'], { HOME: folder });
  assert.match(shown.stdout, /^# id: KRN-07[\s\S]*sysctl_now kernel\.randomize_va_space/);
  const shared = await run([launcher, 'host', 'show', 'SQL-01'], { HOME: folder });
  assert.match(shared.stdout, /native\/mysql\.sh, which it goes by[\s\S]*server_known\(\)/);
  const ofWindows = await run([launcher, 'host', 'show', 'W-SMB-01'], { HOME: folder });
  assert.match(ofWindows.stdout, /^# id: W-SMB-01[\s\S]*# tested: no/);
  const listed = await run([launcher, 'host', 'scan', '--list-checks', '--platform', 'windows'], { HOME: folder });
  assert.equal(listed.stdout.match(/not yet/g)?.length, 30, listed.stdout);
  const unknown = await holdfast('host', 'scan', '--check', 'XXX-99');
  assert.equal(unknown.exitCode, 2);
  assert.match(unknown.stderr, /--list-checks/);
});

test('what an archive found on a host without Node is read in as a scan of that host, once, and never over a newer one', async () => {
  writeFileSync(join(folder, 'bad'), '');
  const at = join(folder, 'bundled');
  mkdirSync(at, { mode: 0o755 });
  const archive = join(at, 'scan.tar.gz');
  const words = ['host', 'scan', '--checks', own, '--check', 'OWN-01', '--check', 'KRN-07', '--bundle', archive];
  const made = await holdfast(...words, '--json');
  assert.equal(made.exitCode, 0, made.stderr);
  assert.deepEqual((JSON.parse(made.stdout) as { checks: string[] }).checks, ['KRN-07', 'OWN-01']);
  assert.match((await holdfast(...words)).stderr, /none is replaced/);
  execFileSync('tar', ['-xzf', archive, '-C', at]);
  const scan = (): string => {
    const to = mkdtempSync(join(folder, 'to-'));
    const script = join(at, 'holdfast-scan/holdfast-scan.sh');
    execFileSync('/bin/bash', [script, '--to', to], { env: {}, cwd: '/', stdio: 'ignore' });
    return join(to, readdirSync(to)[0] ?? '');
  };
  const first = scan();
  const report = (file: string, format: string) =>
    holdfast('host', 'report', '--import', file, '--format', format, '--checks', own);

  const csv = await report(first, 'csv');
  assert.equal(csv.exitCode, 0, csv.stderr);
  assert.match(csv.stdout, /OWN-01/);
  assert.match((await holdfast('findings', 'list')).stdout, /A file of ours is there/);
  const again = await report(first, 'html');
  assert.match(again.stderr, /read in before/);
  assert.match(again.stdout, /Hardening index \d+ of 100/);

  rmSync(join(folder, 'bad'));
  // The time of a result is in whole seconds.
  const second = join(folder, 'second.jsonl');
  writeFileSync(second, later(gunzipSync(readFileSync(scan())).toString()));
  assert.equal((await report(second, 'csv')).exitCode, 0);
  assert.doesNotMatch((await holdfast('findings', 'list')).stdout, /A file of ours is there/);
  const older = await report(first, 'csv');
  assert.match(older.stderr, /older than what is known/);
  assert.match(older.stdout, /OWN-01/);
  assert.doesNotMatch((await holdfast('findings', 'list')).stdout, /A file of ours is there/);
});

/** The same result, made a second later. */
function later(text: string): string {
  const lines = text.trimEnd().split('\n').slice(0, -1);
  const moved = lines.join('\n').replace(/"startedTime":"([^"]*)"/, (_, time: string) => {
    return `"startedTime":"${new Date(Date.parse(time) + 1000).toISOString().replace('.000', '')}"`;
  });
  const sha256 = createHash('sha256').update(`${moved}\n`).digest('hex');
  return `${moved}\n${JSON.stringify({ kind: 'end', tookMs: 1, sha256 })}\n`;
}

/** A check whose fix writes a file of this test. */
function fixable(id: string, fix: 'A' | 'G', path: string, onceMended = ''): void {
  const isBad = `grep -q bad '${path}'`;
  ownCheck(id, fix, { path, isBad, onceMended, mend: 'echo good | set_file "$1"' });
}

interface OwnCheck {
  readonly path: string;
  readonly isBad: string;
  readonly onceMended?: string;
  readonly mend: string;
}

function ownCheck(id: string, fix: 'A' | 'G', { path, isBad, onceMended = '', mend }: OwnCheck): void {
  writeFileSync(
    join(own, `${id}.sh`),
    `# id: ${id}
# title: A setting of ours is bad
# severity: medium
# rationale: It should be good.
# needs: nothing
# fix: ${fix}
# cuts: whoever goes by it
# remedy: Write good into it.

detect() {
  if ${isBad}; then fail '${path}' 'it is bad'; else ${onceMended} pass; fi
}

fix() {
  ${mend}
}

undo() {
  put_back
}
`,
    { mode: 0o644 },
  );
}

test('a fix shows the change, makes it with a yes, and undo brings the file back', async () => {
  const path = join(folder, 'setting');
  writeFileSync(path, 'bad\n');
  fixable('OWN-02', 'A', path);
  const words = ['host', 'fix', 'OWN-02', '--checks', own];
  const shown = await holdfast(...words);
  assert.match(shown.stdout, /-bad\n\s+\+good/);
  assert.match(shown.stdout, /Nothing was changed/);
  assert.equal(readFileSync(path, 'utf8'), 'bad\n');

  const made = await holdfast(...words, '--yes', '--json');
  assert.equal(made.exitCode, 0, made.stderr);
  const { outcomes } = JSON.parse(made.stdout) as { outcomes: { state: string; receiptId: string }[] };
  assert.equal(outcomes[0]?.state, 'mended');
  assert.equal(readFileSync(path, 'utf8'), 'good\n');
  const again = await holdfast(...words, '--yes');
  assert.match(again.stdout, /nothing to mend/);

  const undone = await holdfast('host', 'undo', outcomes[0]?.receiptId ?? '');
  assert.equal(undone.exitCode, 0, undone.stderr);
  assert.equal(readFileSync(path, 'utf8'), 'bad\n');
  assert.match((await holdfast('host', 'undo')).stdout, /OWN-02 +undone/);
});

test('a fix whose outcome cannot be looked at is not told as mended', async () => {
  const path = join(folder, 'unseen');
  writeFileSync(path, 'bad\n');
  fixable('OWN-05', 'A', path, `unknown '${path}' 'it is locked';`);
  const made = await holdfast('host', 'fix', 'OWN-05', '--checks', own, '--yes');
  assert.equal(made.exitCode, 3, made.stderr);
  assert.match(made.stdout, /OWN-05 changed: it could not be looked at afterwards: it is locked; to take it back/);
  assert.equal(readFileSync(path, 'utf8'), 'good\n');
});

test('a scan is not asked for another platform than that of its computer', async () => {
  const refused = await holdfast('host', 'scan', '--platform', 'windows');
  assert.equal(refused.exitCode, 2, refused.stdout);
  assert.match(refused.stderr, /--platform goes with --list-checks or --bundle/);
});

test('a guarded fix goes back by itself when whoever made it is gone, and stays when it is confirmed', async () => {
  const path = join(folder, 'guarded');
  writeFileSync(path, 'bad\n');
  fixable('OWN-03', 'G', path);
  const words = ['host', 'fix', 'OWN-03', '--checks', own, '--yes', '--json', '--state', state];
  const fix = async (confirmMs: number): Promise<string> => {
    const made = await run([launcher, ...words], { HOME: folder, HOLDFAST_HOST_CONFIRM_MS: String(confirmMs) });
    const { outcomes } = JSON.parse(made.stdout) as { outcomes: { state: string; receiptId: string }[] };
    assert.equal(outcomes[0]?.state, 'waiting', made.stderr);
    return outcomes[0].receiptId;
  };
  const changes = watch(folder);
  await fix(1000);
  while (readFileSync(path, 'utf8') !== 'bad\n') await once(changes, 'change');
  changes.close();

  const receiptId = await fix(3_600_000);
  const confirmed = await holdfast('host', 'fix', '--confirm', receiptId);
  assert.equal(confirmed.exitCode, 0, confirmed.stderr);
  const late = await holdfast('host', 'undo', receiptId, '--unless-confirmed');
  assert.match(late.stdout, /stays/);
  assert.equal(readFileSync(path, 'utf8'), 'good\n');
});

test('a suspicious process is stopped and stays so, is told as that, is ended only by --kill, and goes on by undo', async (t) => {
  const hidden = join(folder, '.hidden');
  mkdirSync(hidden);
  const program = join(hidden, 'agent');
  copyFileSync('/bin/sleep', program);
  const agent = spawn(program, ['600'], { stdio: 'ignore' });
  t.after(() => agent.kill('SIGKILL'));
  await once(agent, 'spawn');
  const ended = once(agent, 'exit');
  const state = () => /^State:\s+(\w)/m.exec(readFileSync(`/proc/${agent.pid}/status`, 'utf8'))?.[1];
  // Others may run on this machine, and are not this test's to stop.
  const found = async () => {
    const scanned = await holdfast('host', 'scan', '--check', 'PRC-02', '--json');
    const { findings } = JSON.parse(scanned.stdout) as {
      findings: { findingId: string; severity: string; resource: { name: string } }[];
    };
    return findings.find(({ resource }) => resource.name.endsWith(program)) ?? assert.fail(scanned.stderr);
  };
  const { findingId, severity } = await found();
  assert.notEqual(severity, 'info');
  const made = await holdfast('host', 'fix', findingId, '--yes', '--json');
  assert.equal(made.exitCode, 0, made.stderr);
  const { outcomes } = JSON.parse(made.stdout) as { outcomes: { state: string; receiptId: string }[] };
  assert.equal(outcomes[0]?.state, 'waiting', made.stderr);
  assert.equal(state(), 'T');
  assert.equal((await found()).severity, 'info', 'it is there, and does no harm');
  const again = await holdfast('host', 'fix', findingId, '--yes');
  assert.match(again.stdout, /stays: it was stopped already, and --kill ends it/);
  assert.equal(state(), 'T');
  const undone = await holdfast('host', 'undo', outcomes[0]?.receiptId ?? '');
  assert.equal(undone.exitCode, 0, undone.stderr);
  assert.match(state() ?? 'gone', /^[RS]$/);
  const killed = await holdfast('host', 'fix', findingId, '--kill', '--yes');
  assert.equal(killed.exitCode, 0, killed.stderr);
  assert.deepEqual(await ended, [null, 'SIGKILL']);
});

test('a process that is ended for good is told as that before and after, and nobody is asked to confirm it', async (t) => {
  const bad = spawn('/bin/sleep', ['600'], { stdio: 'ignore' });
  t.after(() => bad.kill('SIGKILL'));
  await once(bad, 'spawn');
  const ended = once(bad, 'exit');
  const { processes } = await readProcesses('/proc');
  const { pid, startS } = processes.find((each) => each.pid === bad.pid) ?? assert.fail('it runs');
  const isBad = `grep -qs sleep /proc/${pid}/cmdline`;
  ownCheck('OWN-06', 'G', { path: 'process:sleep', isBad, mend: `signal_process ${pid} ${startS} STOP` });
  const words = ['host', 'fix', 'OWN-06', '--checks', own];
  const stopping = await holdfast(...words, '--dry-run');
  assert.match(stopping.stdout, /Goes back unless it is confirmed[^]*stop process/);
  const ending = await holdfast(...words, '--kill', '--dry-run');
  assert.match(ending.stdout, /end process \d+ for good, which cannot be taken back/);
  assert.doesNotMatch(ending.stdout, /Goes back/);
  const made = await holdfast(...words, '--kill', '--yes');
  assert.equal(made.exitCode, 0, made.stderr);
  assert.match(made.stdout, /OWN-06 mended; it cannot be taken back/);
  assert.deepEqual(await ended, [null, 'SIGKILL']);
});

test('a guarded fix goes back by itself when the command is killed before it has said that it is made', async () => {
  const [path, queue] = [join(folder, 'killed'), join(folder, 'queue')];
  writeFileSync(path, 'bad\n');
  execFileSync('mkfifo', [queue]);
  // Once it is mended, whoever looks again waits at the queue.
  fixable('OWN-04', 'G', path, `cat '${queue}' >/dev/null;`);
  const words = ['host', 'fix', 'OWN-04', '--checks', own, '--yes', '--state', state];
  const changes = watch(folder);
  const fixing = spawn(launcher, words, {
    env: { ...process.env, HOME: folder, HOLDFAST_HOST_CONFIRM_MS: '1000' },
    stdio: 'ignore',
  });
  const ended = once(fixing, 'exit');
  const waits = await open(queue, 'w');
  fixing.kill('SIGKILL');
  assert.deepEqual(await ended, [null, 'SIGKILL']);
  while (readFileSync(path, 'utf8') !== 'bad\n') await once(changes, 'change');
  changes.close();
  await waits.close();
});
