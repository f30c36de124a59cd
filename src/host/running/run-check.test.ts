import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { runCheck, type Call, type Ground, type Ran, type Script } from './run-check.ts';
import { parseHeader } from '../checks/header.ts';

const folder = mkdtempSync(join(tmpdir(), 'run-check-'));
after(() => rmSync(folder, { recursive: true, force: true }));
const facts = join(folder, 'facts');
mkdirSync(join(facts, 'packages'), { recursive: true });
writeFileSync(join(facts, 'fingerprint-key'), 'key');
writeFileSync(join(facts, 'packages/files'), '/usr/bin/a\n/usr/bin/b c\n');
writeFileSync(join(facts, 'sshd'), 'port 22\nciphers a,b\n');

const ground: Ground = {
  root: '',
  facts,
  work: folder,
  isRoot: false,
  osId: 'debian',
  osVersion: '12',
  osFamily: 'debian',
  packages: 'dpkg',
  init: 'none',
  container: '',
};

async function run(body: string, call: Call = { verb: 'detect' }, timeoutS = 20): Promise<Ran> {
  const text = `# id: OWN-01
# title: T
# severity: low
# rationale: R
# needs: nothing
# fix: A
# remedy: R
# timeout: ${timeoutS} s
${body}
`;
  const script: Script = { path: join(folder, 'OWN-01.sh'), header: parseHeader('OWN-01.sh', text) };
  writeFileSync(script.path, text);
  return await runCheck(script, call, ground);
}

test('a check says what it saw, with names that hold line breaks and escapes, and nothing it prints is taken for it', async () => {
  const { verdicts, outcome, said } = await run(`detect() {
  echo fail
  fail -s high $'/tmp/a\\nb \\e[31m' 'seen' 'mend it'
  pass thing well
  not_applicable 'no server'
  unknown /etc/x 'not readable'
  false
}`);
  assert.equal(outcome, 'done');
  assert.equal(said, 'fail\n');
  assert.deepEqual(verdicts, [
    { verdict: 'fail', severity: 'high', resource: '/tmp/a\nb \u001b[31m', evidence: 'seen', remedy: 'mend it' },
    { verdict: 'pass', resource: 'thing', evidence: 'well' },
    { verdict: 'not_applicable', reason: 'no server' },
    { verdict: 'unknown', resource: '/etc/x', reason: 'not readable' },
  ]);
});

test('a check that breaks off keeps what it saw and is not done', async () => {
  const { verdicts, outcome, said } = await run('detect() { fail a b; echo "$missing"; fail c d; }');
  assert.deepEqual([verdicts.length, outcome], [1, 'broke_off']);
  assert.match(said, /missing: unbound variable/);
});

test('a check that hangs is ended with all that it started', async () => {
  const { outcome } = await run('detect() { sleep 600 & echo $! >"$WORK/pid"; sleep 601; }', { verb: 'detect' }, 1);
  assert.equal(outcome, 'timed_out');
  await end(Number(readFileSync(join(folder, 'pid'), 'utf8')));
});

test('a check that leaves a process behind does not hold up the scan', async () => {
  const { outcome } = await run('detect() { sleep 600 & echo $! >"$WORK/pid"; pass; }');
  assert.equal(outcome, 'done');
  await end(Number(readFileSync(join(folder, 'pid'), 'utf8')));
});

/** Killed; the kernel may take a moment, and whoever adopted it may not have taken note of that yet. */
async function end(pid: number): Promise<void> {
  for (;;) {
    try {
      if (/^\d+ \(.*\) [ZX]/s.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))) return;
    } catch {
      return;
    }
    await turn();
  }
}

test('the environment of whoever scans does not reach a check', async () => {
  const { verdicts } = await run('detect() { pass "$PATH" "$(env | cut -d= -f1 | sort | tr "\\n" " ")"; }');
  const [pass] = verdicts;
  assert.ok(pass?.verdict === 'pass');
  assert.equal(pass.resource, '/usr/sbin:/usr/bin:/sbin:/bin');
  assert.doesNotMatch(pass.evidence ?? '', /NODE|USER|AWS/);
});

test('owned and unowned ask the list of packages, whatever a name holds', async () => {
  const { verdicts } = await run(`detect() {
  owned '/usr/bin/b c' && pass owned
  owned /usr/bin/b || pass other
  while IFS= read -r -d '' path; do fail "$path" unowned; done < <(
    printf '%s\\0' /usr/bin/z $'/usr/bin/x\\ny' '/usr/bin/b c' /usr/bin/a | unowned
  )
}`);
  assert.deepEqual(
    verdicts.map((each) => (each.verdict === 'not_applicable' ? '' : each.resource)),
    ['owned', 'other', '/usr/bin/x\ny', '/usr/bin/z'],
  );
});

test('a fingerprint is the same for the same secret, 12 digits, and not its plain hash', async () => {
  const { verdicts } = await run(`detect() {
  pass "$(printf secret | fingerprint)" "$(printf secret | fingerprint)"
  pass "$(sshd_value ciphers)" "$(sshd_value none || echo none)"
}`);
  const [one, two] = verdicts;
  assert.ok(one?.verdict === 'pass' && two?.verdict === 'pass');
  assert.match(one.resource ?? '', /^[0-9a-f]{12}$/);
  assert.equal(one.resource, one.evidence);
  assert.notEqual(one.resource, '2bb80d537b1d');
  assert.deepEqual([two.resource, two.evidence], ['a,b', 'none']);
});

test('a fix says what it wants and brings the new content of a file in a file', async () => {
  const { wanted } = await run(
    'fix() { printf other | set_file /etc/y; printf "a\\0b" | set_file "$1"; set_mode "$1" 0600; validate sshd -t; }; undo() { put_back; }',
    { verb: 'fix', resource: '/etc/x y' },
  );
  const [other, file, mode, check] = wanted;
  assert.equal(readFileSync(other?.words[1] ?? '', 'latin1'), 'other');
  assert.deepEqual([file?.operation, file?.words[0]], ['set_file', '/etc/x y']);
  assert.equal(readFileSync(file?.words[1] ?? '', 'latin1'), 'a\0b');
  assert.deepEqual(mode, { operation: 'set_mode', words: ['/etc/x y', '0600'] });
  assert.deepEqual(check, { operation: 'validate', words: ['sshd', '-t'] });
});

test('a check remembers the present state, and knows it the next time', async () => {
  const body = 'detect() { pass "$(known_before || echo first)"; printf "a\\nb\\n" | remember; }';
  const first = await run(body);
  assert.deepEqual(first.verdicts, [{ verdict: 'pass', resource: 'first', evidence: null }]);
  mkdirSync(join(facts, 'known'));
  writeFileSync(join(facts, 'known/OWN-01'), readFileSync(first.remembered ?? ''));
  assert.deepEqual((await run(body)).verdicts, [{ verdict: 'pass', resource: 'a\nb', evidence: null }]);
});

test('names that are no UTF-8 stay two where they are two', async () => {
  const { verdicts } = await run("detect() { fail $'/tmp/\\xff' 'é'; fail $'/tmp/\\xfe' seen; }");
  assert.deepEqual(
    verdicts.map((each) => each.verdict === 'fail' && [each.resource, each.evidence]),
    [
      ['/tmp/\\xff', 'é'],
      ['/tmp/\\xfe', 'seen'],
    ],
  );
});

test('a file is not emptied because what was to make its new content broke off', async () => {
  const { wanted, verdicts } = await run(
    `detect() { :; }
fix() {
  sed 's/a/b/' /nowhere | set_file /etc/x
  printf '' | set_file /etc/y may_be_empty
}`,
    { verb: 'fix', resource: 'r' },
  );
  assert.deepEqual(
    wanted.map(({ operation, words: [first] }) => [operation, first]),
    [['set_file', '/etc/y']],
  );
  const reason = 'the new content of /etc/x could not be made';
  assert.deepEqual(verdicts, [{ verdict: 'unknown', resource: null, reason }]);
});

test('a queue that somebody put in the place of a file keeps nobody waiting who reads its beginning', async () => {
  const [queue, large] = [join(folder, 'queue'), join(folder, 'large')];
  execFileSync('mkfifo', [queue]);
  writeFileSync(large, '\u007fELF');
  truncateSync(large, 10 * 2 ** 30);
  writeFileSync(join(folder, 'empty'), '');
  writeFileSync(join(folder, 'od\nd'), '\u007fELF\u0002\n');
  writeFileSync(join(folder, 'text'), 'text\n\u007fELF\n');
  const { verdicts, outcome } = await run(`detect() {
  local path
  start_of 4 '${queue}'
  while IFS= read -r -d '' path; do pass "$path"; done < <(printf '%s\\0' '${queue}' '${large}' '${folder}/empty' $'${folder}/od\\nd' '${folder}/text' '${folder}/gone' | programs_among)
}`);
  assert.equal(outcome, 'done');
  const found = verdicts.map((each) => (each.verdict === 'pass' ? (each.resource ?? '') : each.verdict));
  assert.deepEqual(found.toSorted(), [large, join(folder, 'od\nd')].toSorted());
});
