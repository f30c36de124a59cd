import assert from 'node:assert/strict';
import {
  chmodSync,
  chownSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { hasCode } from '../../base/errors.ts';
import { settingsOf } from '../../base/settings.ts';
import { ownChecks, shippedChecks } from '../checks/load.ts';
import { parseHeader } from '../checks/header.ts';
import { openHostFiles } from '../state/host-files.ts';
import { hostSettings } from '../settings.ts';
import { changesBetween, hardeningOf } from './hardening.ts';
import { observationsOf, wholeChecks } from './observations.ts';
import { sectionsOf, unseenOf } from './report.ts';
import { scanHost, type HostScan } from './scan.ts';

const folder = mkdtempSync(join(tmpdir(), 'scan-'));
after(() => rmSync(folder, { recursive: true, force: true }));
const root = join(folder, 'root');
for (const each of ['etc', 'usr/bin', 'proc/sys']) mkdirSync(join(root, each), { recursive: true });
writeFileSync(
  join(root, 'etc/os-release'),
  'ID=rocky\nID_LIKE="rhel centos fedora"\nVERSION_ID="9.4"\nPRETTY_NAME="Rocky Linux 9.4"\n',
);
writeFileSync(join(root, 'etc/hostname'), 'web-1\n');
writeFileSync(join(root, 'etc/machine-id'), '0123456789abcdef0123456789abcdef\n');
const settings = settingsOf(hostSettings);

function script(id: string, body: string, header = '') {
  const text = `# id: ${id}
# title: Title of ${id}
# severity: high
# rationale: R
# needs: nothing
# fix: M
# remedy: Mend it.
${header}
detect() { ${body}
}
`;
  const path = join(folder, `${id}.sh`);
  writeFileSync(path, text);
  return { path, header: parseHeader(`${id}.sh`, text) };
}

const files = openHostFiles(join(folder, 'state'));
const scan = (...scripts: readonly ReturnType<typeof script>[]): Promise<HostScan> =>
  scanHost(scripts, { root, files, settings });

test('the system is told by what lies on it', async () => {
  const { system } = await scan(script('OWN-01', 'pass'));
  assert.deepEqual(
    [system.osName, system.osFamily, system.hostname, system.packages],
    ['Rocky Linux 9.4', 'rhel', 'web-1', 'none'],
  );
  assert.match(system.hostId, /^[0-9a-f]{32}$/);
  assert.ok(!system.hostId.includes('0123456789abcdef'), 'the machine id itself is not told');
});

test('what a check saw becomes observations: the worst of each resource, names that survive, and no more than asked for', async () => {
  const done = await scan(
    script('OWN-01', `fail -s low $'/etc/a\\nb' one; fail -s critical $'/etc/a\\nb' two; pass /etc/c`),
    script('OWN-02', 'for i in 1 2 3 4 5; do fail "thing:$i" seen; done'),
  );
  const [first, second, ...rest] = observationsOf(done, 3);
  assert.deepEqual(
    [
      first?.severity,
      first?.verdict,
      first?.resource.path,
      first?.resource.type,
      first?.evidence.map(({ value }) => value),
    ],
    ['critical', 'fail', '/etc/a\nb', 'file', ['one', 'two']],
  );
  assert.equal(second?.verdict, 'pass');
  assert.deepEqual(
    rest.map(({ resource, evidence }) => [resource.name, evidence[0]?.value]),
    [
      ['web-1 thing:1', 'seen'],
      ['web-1 thing:2', 'seen'],
      ['web-1 thing:3', 'seen'],
      ['web-1', 'and 2 more'],
    ],
  );
});

test('what could not be looked at is never right, and what was found before is not taken for gone', async () => {
  const done = await scan(
    script('OWN-01', ':'),
    script('OWN-02', 'pass; exit 1'),
    script('OWN-03', 'pass', '# facts: packages'),
    script('OWN-04', 'pass', '# applies: command nothing-of-the-kind'),
    script('OWN-05', 'fail x y; sleep 100', '# timeout: 1 s'),
    script('OWN-06', 'pass'),
  );
  const verdicts = observationsOf(done, 10).map(({ check, verdict, evidence }) => [check, verdict, evidence[0]?.value]);
  assert.deepEqual(verdicts, [
    ['OWN-01', 'unknown', 'the check said nothing'],
    ['OWN-02', 'unknown', 'the check broke off'],
    ['OWN-03', 'unknown', 'packages: it broke off'],
    ['OWN-04', 'not_applicable', 'there is no command nothing-of-the-kind'],
    ['OWN-05', 'fail', 'y'],
    ['OWN-05', 'unknown', 'it was not done after 1 s'],
    ['OWN-06', 'pass', undefined],
  ]);
  assert.deepEqual(wholeChecks(done), ['OWN-04', 'OWN-06']);
  assert.deepEqual(unseenOf(observationsOf(done, 10))[0]?.checks.length, 1);
  assert.deepEqual(
    sectionsOf(observationsOf(done, 10), new Map()).map(({ title, wrong }) => [title, wrong.length]),
    [['Own checks', 1]],
  );
});

test('what is new is held against what was there the first time, until it is taken as known', async () => {
  const keys = join(root, 'etc/keys');
  const own = script(
    'OWN-10',
    `if known=$(known_before); then
      comm -13 <(printf '%s\\n' "$known") "$ROOT/etc/keys" | while read -r key; do fail "key:$key" new; done
    fi; pass; remember <"$ROOT/etc/keys"`,
  );
  const seen = async (remember: boolean) => {
    const done = await scanHost([own], { root, files, settings, remember });
    return observationsOf(done, 10).flatMap(({ verdict, resource }) => (verdict === 'fail' ? [resource.name] : []));
  };
  writeFileSync(keys, 'a\n');
  assert.deepEqual(await seen(false), []);
  writeFileSync(keys, 'a\nb\n');
  assert.deepEqual(await seen(false), ['web-1 key:b']);
  assert.deepEqual(await seen(false), ['web-1 key:b']);
  await seen(true);
  assert.deepEqual(await seen(false), []);
});

test('the index counts what was earned of what can be, and its change is told by checks', async () => {
  const before = hardeningOf(
    await scan(script('OWN-01', 'pass'), script('OWN-02', 'fail a b'), script('OWN-03', 'unknown why')),
  );
  assert.deepEqual([before.index, before.coverage], [33, 67]);
  const after = hardeningOf(
    await scan(script('OWN-01', 'pass'), script('OWN-02', 'pass'), script('OWN-03', 'not_applicable why')),
  );
  assert.deepEqual([after.index, after.coverage], [100, 100]);
  assert.deepEqual(
    changesBetween(before.checks, after.checks).map(({ check, before: old, after: now }) => [check, old, now]),
    [
      ['OWN-02', 'wrong', 'right'],
      ['OWN-03', 'not_looked_at', 'not_applicable'],
    ],
  );
  assert.equal(hardeningOf(await scan(script('OWN-01', 'not_applicable why'))).index, null);
  assert.equal(hardeningOf(await scan(script('OWN-01', 'fail -s info a b'))).index, 100);
});

test('a scan that is stopped ends what it started and leaves nothing behind', async () => {
  const stop = new AbortController();
  const began = join(folder, 'began');
  const hanging = script('OWN-01', `: >'${began}'; sleep 600`);
  const scanning = scanHost([hanging], { root, files, settings, signal: stop.signal });
  const watch = setInterval(() => {
    try {
      readFileSync(began);
      stop.abort(new Error('stopped'));
      clearInterval(watch);
    } catch {
      // Not yet.
    }
  }, 5);
  await assert.rejects(scanning, /stopped/);
});

test('own checks are taken from a folder that nobody else can write, and from no other', async () => {
  const own = join(folder, 'own');
  const shipped = shippedChecks();
  mkdirSync(own, { mode: 0o755 });
  const text = readFileSync(script('OWN-01', 'pass').path);
  writeFileSync(join(own, 'OWN-01.sh'), text, { mode: 0o644 });
  assert.deepEqual(
    ownChecks(own, shipped).map(({ header }) => header.id),
    ['OWN-01'],
  );
  const refused = (why: RegExp, code = 'host_checks_untrusted') =>
    assert.throws(
      () => ownChecks(own, shipped),
      (error) => hasCode(error, code) && why.test((error as Error).message),
    );
  chmodSync(join(own, 'OWN-01.sh'), 0o664);
  refused(/can be written by others/);
  chmodSync(join(own, 'OWN-01.sh'), 0o644);
  chmodSync(own, 0o777);
  refused(/can be written by others/);
  chmodSync(own, 0o755);
  symlinkSync('/etc/passwd', join(own, 'link.sh'));
  refused(/is a link/);
  rmSync(join(own, 'link.sh'));
  mkdirSync(join(own, 'lib'), { mode: 0o755 });
  writeFileSync(join(own, 'lib/words.sh'), '');
  chmodSync(join(own, 'lib/words.sh'), 0o666);
  refused(/words\.sh can be written by others/);
  chmodSync(join(own, 'lib/words.sh'), 0o644);
  const uid = process.getuid?.() ?? 0;
  if (uid === 0) chownSync(join(own, 'OWN-01.sh'), 4711, 4711);
  assert.throws(
    () => ownChecks(own, shipped, uid === 0 ? 0 : uid + 1),
    (error) => hasCode(error, 'host_checks_untrusted') && /belongs to user/.test((error as Error).message),
  );
  if (uid === 0) chownSync(join(own, 'OWN-01.sh'), 0, 0);
  writeFileSync(join(own, 'KRN-07.sh'), text.toString().replace('OWN-01', 'KRN-07'), { mode: 0o644 });
  refused(/comes with Holdfast/, 'host_check_invalid');
  rmSync(own, { recursive: true });
  refused(/is not there/, 'host_checks_missing');
});
