/** A scan of Windows with a program in the place of PowerShell that gives answers written by hand: what becomes of what checks say. */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { settingsOf } from '../../base/settings.ts';
import { hasCode } from '../../base/errors.ts';
import { SERVER_2022, windowsStandIn, type Answer } from '../../../test/support/windows/stand-in.ts';
import { parseHeader } from '../checks/header.ts';
import { shippedChecks } from '../checks/load.ts';
import { windowsPlace } from '../running/start-powershell.ts';
import { hostSettings } from '../settings.ts';
import { openHostFiles } from '../state/host-files.ts';
import { hardeningOf } from './hardening.ts';
import { observationsOf, wholeChecks } from './observations.ts';
import { sectionsOf, systemLine, unseenOf } from './report.ts';
import { scanHost, type HostScan } from './scan.ts';

const VECTORS = join(import.meta.dirname, '../../../test/vectors/windows-checks/answers.json');
type Kind = 'good' | 'bad' | 'unseen' | 'absent';
const { checks: recorded } = JSON.parse(readFileSync(VECTORS, 'utf8')) as {
  checks: Record<string, Partial<Record<Kind, readonly Answer[]>>>;
};
const checks = shippedChecks('windows');
const folder = mkdtempSync(join(tmpdir(), 'windows-scan-'));
after(() => rmSync(folder, { recursive: true, force: true }));
const files = openHostFiles(join(folder, 'state'));
const settings = { ...settingsOf(hostSettings), hostChecksAtOnce: 2 };

let scans = 0;

async function scan(
  answers: Record<string, readonly Answer[]>,
  options: { readonly system?: object; readonly scripts?: typeof checks; readonly remember?: boolean } = {},
): Promise<HostScan & { readonly place: string }> {
  scans += 1;
  const place = mkdtempSync(join(folder, `scan-${scans}-`));
  const windows = windowsStandIn(place, { system: { ...SERVER_2022, ...options.system }, answers });
  const deps = { root: '', files, settings, windows, remember: options.remember ?? false };
  return { ...(await scanHost(options.scripts ?? checks, deps)), place };
}

function answersOf(kind: Kind): Record<string, readonly Answer[]> {
  return Object.fromEntries(Object.entries(recorded).map(([id, each]) => [id, each[kind] ?? each.good ?? []]));
}

test('there are answers of every check for Windows, of each kind', () => {
  assert.equal(checks.length, 30);
  assert.deepEqual(
    Object.keys(recorded).toSorted(),
    checks.map(({ header }) => header.id),
  );
  for (const [id, { good, bad, unseen }] of Object.entries(recorded)) {
    assert.ok(good && bad && unseen, id);
    assert.ok(!good.some(([word]) => word === 'fail' || word === 'unknown'), id);
    assert.ok(
      bad.some(([word]) => word === 'fail'),
      id,
    );
    assert.ok(
      unseen.some(([word]) => word === 'unknown'),
      id,
    );
  }
});

test('a Windows where all is well has nothing to mend, and each check says that it was not run there yet', async () => {
  const done = await scan(answersOf('good'));
  assert.deepEqual(
    done.checks.flatMap(({ script, outcome }) => (outcome === 'done' ? [] : [script.header.id])),
    [],
  );
  const { index, coverage } = hardeningOf(done);
  assert.deepEqual([index, coverage], [100, 100]);
  const observations = observationsOf(done, 200);
  for (const { check, evidence } of observations) {
    assert.match(evidence.at(-1)?.value ?? '', /not yet run on a Windows machine/, check);
  }
  assert.equal(
    systemLine(done.system),
    `${done.system.hostname}: Microsoft Windows Server 2022 Standard, 10.0.20348, ${done.system.architecture}, in a domain, on aws`,
  );
  assert.equal(done.rules, null);
  assert.deepEqual(readdirSync(join(done.place, 'looking')), [], 'what a scan made meanwhile is gone');
});

test('what is wrong is told by its resource and severity, in the parts of a host', async () => {
  const done = await scan(answersOf('bad'));
  const observations = observationsOf(done, 200);
  assert.equal(hardeningOf(done).index, 0);
  const rdp = observations.filter(({ check }) => check === 'W-FW-04');
  assert.deepEqual(
    rdp.map(({ severity, verdict, resource }) => [severity, verdict, resource.type, resource.name]),
    [
      ['high', 'fail', 'rule', `${done.system.hostname} rule:RemoteDesktop-UserMode-In-TCP`],
      ['medium', 'fail', 'rule', `${done.system.hostname} rule:WINRM-HTTP-In-TCP`],
    ],
  );
  for (const { resource } of observations) assert.ok(resource.uid.startsWith(`host/${done.system.hostId}`));
  const key = observations.find(({ resource }) => resource.name.endsWith('.aws\\credentials'));
  assert.deepEqual([key?.resource.type, key?.kind], ['file', 'compliance']);
  assert.equal(observations.find(({ check }) => check === 'W-PER-01')?.kind, 'detection');
  const titles = sectionsOf(observations, new Map()).map(({ title }) => title);
  for (const title of ['Firewall', 'File sharing', 'Signing in', 'Accounts', 'Back doors', 'Credentials']) {
    assert.ok(titles.includes(title), title);
  }
  assert.ok(!titles.includes('Own checks'));
});

test('what could not be looked at is never right, with the reason that the script gave', async () => {
  const done = await scan(answersOf('unseen'));
  assert.deepEqual(wholeChecks(done), []);
  assert.deepEqual(
    hardeningOf(done).checks.flatMap(({ check, outcome }) => (outcome === 'not_looked_at' ? [] : [check])),
    [],
  );
  const reasons = unseenOf(observationsOf(done, 200)).map(({ why }) => why);
  assert.ok(reasons.includes('this Windows has no Get-SmbServerConfiguration'), reasons.join('; '));
});

test('a check that does not apply is no part of the index', async () => {
  const done = await scan(answersOf('absent'));
  const outcomes = hardeningOf(done).checks.filter(({ outcome }) => outcome === 'not_applicable');
  assert.deepEqual(
    outcomes.map(({ check }) => check),
    ['W-DEF-01', 'W-DEF-02', 'W-RDP-01'],
  );
});

test('without an administrator a check that needs one is not started, and one that sees less is not right', async () => {
  const scripts = checks.filter(({ header }) => ['W-ACC-02', 'W-CRD-01', 'W-AUT-02'].includes(header.id));
  const done = await scan(answersOf('good'), { scripts, system: { isAdministrator: false } });
  assert.deepEqual(
    observationsOf(done, 10).map(({ check, verdict, evidence }) => [check, verdict, evidence[0]?.value]),
    [
      ['W-ACC-02', 'unknown', 'only an administrator can look'],
      ['W-AUT-02', 'pass', 'it is not set, which means 1'],
      ['W-CRD-01', 'unknown', 'only an administrator can look at the files of others'],
    ],
  );
  assert.match(systemLine(done.system), /not as administrator/);
});

test('PowerShell is started without a profile and without our environment, and what it prints is no answer', async () => {
  const scripts = checks.filter(({ header }) => header.id === 'W-AUT-02');
  const done = await scan(answersOf('good'), { scripts });
  const told = (what: string) =>
    readFileSync(join(done.place, `book/W-AUT-02.${what}`), 'utf8')
      .trimEnd()
      .split('\n');
  const words = told('words');
  assert.deepEqual(words.slice(0, 8), [
    ...['-NoLogo', '-NoProfile', '-NonInteractive', '-InputFormat', 'None', '-ExecutionPolicy', 'Bypass', '-File'],
  ]);
  assert.match(words[8] ?? '', /prelude\.ps1$/);
  assert.equal(words[10], 'detect');
  const environment = told('environment');
  for (const line of ['ROLE=server', 'OS_VERSION=10.0.20348', 'IS_ROOT=1']) assert.ok(environment.includes(line), line);
  assert.ok(environment.includes('PSModulePath=C:\\Windows\\System32\\WindowsPowerShell\\v1.0\\Modules'));
  assert.ok(!environment.some((line) => line.startsWith('HOME=')));
  assert.equal(done.checks[0]?.verdicts.length, 1);
});

test('a script that hangs is ended with what it said before, and one that breaks off is not right', async () => {
  const [one, other] = checks.filter(({ header }) => ['W-AUT-02', 'W-AUT-03'].includes(header.id));
  assert.ok(one && other);
  const hasty = { ...one, header: { ...one.header, timeoutMs: 1500 } };
  const done = await scan(
    { 'W-AUT-02': [['fail', '', 'registry:x', 'seen', ''], ['hang']] },
    { scripts: [hasty, other] },
  );
  assert.deepEqual(
    observationsOf(done, 10).map(({ check, verdict, evidence }) => [check, verdict, evidence[0]?.value]),
    [
      ['W-AUT-02', 'fail', 'seen'],
      ['W-AUT-02', 'unknown', 'it was not done after 1.5 s'],
      ['W-AUT-03', 'unknown', 'the check broke off'],
    ],
  );
});

test('what a check for Windows remembers is kept for the next scan', async () => {
  const scripts = checks.filter(({ header }) => header.id === 'W-ACC-03');
  await scan(
    {
      'W-ACC-03': [
        ['remember', 'S-1-5-21-1-2-3-500\n'],
        ['pass', '', ''],
      ],
    },
    { scripts },
  );
  assert.equal((await files.known('W-ACC-03'))?.toString('utf8'), 'S-1-5-21-1-2-3-500\n');
});

test('where PowerShell cannot be started the scan says so', async () => {
  const windows = { ...windowsPlace(join(folder, 'nowhere'), folder), taskkill: null };
  await assert.rejects(scanHost(checks, { root: '', files, settings, windows }), (error) =>
    hasCode(error, 'host_powershell_failed'),
  );
});

test('a header for Windows is of a .ps1 file, by default for Windows, and may say that nobody has run it', () => {
  const text = '# id: W-OWN-01\n# title: T\n# severity: low\n# rationale: R\n# needs: nothing\n# fix: M\n# remedy: R\n';
  const { platform, isTested, applies } = parseHeader('W-OWN-01.ps1', text);
  assert.deepEqual([platform, isTested, applies], ['windows', true, [{ kind: 'windows' }]]);
  assert.equal(parseHeader('W-OWN-01.ps1', `${text}# tested: no\n`).isTested, false);
  assert.throws(() => parseHeader('W-OWN-01.ps1', `${text}# tested: yes\n`), /tested is no/);
  assert.throws(() => parseHeader('W-OWN-01.ps1', `${text}# applies: linux\n`), /applies is windows/);
});
