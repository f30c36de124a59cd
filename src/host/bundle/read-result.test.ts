import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { hasCode, HoldfastError } from '../../base/errors.ts';
import { settingsOf } from '../../base/settings.ts';
import { visible } from '../../base/text/visible.ts';
import { observedView } from '../../findings/index.ts';
import { shippedChecks } from '../checks/load.ts';
import { hardeningOf } from '../scanning/hardening.ts';
import { observationsOf, wholeChecks } from '../scanning/observations.ts';
import { renderScan } from '../scanning/render-scan.ts';
import { hostSettings } from '../settings.ts';
import { readResult } from './read-result.ts';

const settings = settingsOf(hostSettings);
const checks = [...shippedChecks('linux'), ...shippedChecks('windows')];
const HOST_ID = '0123456789abcdef0123456789abcdef';

const coded =
  (code: string) =>
  (error: unknown): boolean =>
    hasCode(error, code);

type Line = Record<string, unknown>;

const b64 = (text: string | Buffer): string => Buffer.from(text).toString('base64');
const answers = (...words: readonly (readonly string[])[]): string =>
  b64(
    words
      .map(([word = '', ...fields]) => [word, String(fields.length), ...fields].map((each) => `${each}\0`).join(''))
      .join(''),
  );
const fail = (resource: string, evidence: string, remedy = ''): readonly string[] => [
  'fail',
  '',
  resource,
  evidence,
  remedy,
];
const END = ['end'];

const begin: Line = {
  kind: 'begin',
  format: 'holdfast-host-result',
  version: 1,
  platform: 'linux',
  madeWith: '0.1.0',
  resultId: 'ab'.repeat(16),
  startedTime: '2026-11-28T23:58:00Z',
};
const system: Line = {
  kind: 'system',
  hostId: HOST_ID,
  isRoot: true,
  hostname: b64('web-1'),
  osName: b64('Debian GNU/Linux 12'),
  osId: b64('debian'),
  osVersion: b64('12'),
  osFamily: b64('debian'),
  packages: b64('dpkg'),
  init: b64('systemd'),
  container: '',
  cloud: '',
  kernel: b64('6.1'),
  architecture: b64('x86_64'),
};
const probe = (name: string, outcome = 'done', closed = 0): Line => ({
  kind: 'probe',
  probe: name,
  outcome,
  closed,
  tookMs: 5,
});
const hashOf = (id: string): string =>
  createHash('sha256')
    .update(readFileSync(checks.find(({ header }) => header.id === id)?.path ?? ''))
    .digest('hex');
const check = (id: string, said: string, outcome = 'ran', sha256 = hashOf('KRN-07')): Line => ({
  ...{ kind: 'check', check: id, sha256, outcome, answers: said, tookMs: 7 },
});
const wrong = check('KRN-07', answers(fail('sysctl:kernel.randomize_va_space', 'it is 0'), END));

function sealed(lines: readonly Line[], end: Line = {}): Buffer {
  const body = lines.map((line) => `${JSON.stringify(line)}\n`).join('');
  const sha256 = createHash('sha256').update(body).digest('hex');
  return Buffer.from(`${body}${JSON.stringify({ kind: 'end', tookMs: 9, sha256, ...end })}\n`);
}

const read = (file: Buffer) => readResult(file, checks, settings);
const usual = [begin, system, probe('processes'), probe('packages'), wrong];

test('a result gives what a scan would: findings of that host, the index, what was looked at as a whole', async () => {
  const lines = [
    ...usual,
    check('ACC-01', '', 'needs_root'),
    check('PRC-01', answers(['pass', '', ''], END)),
    check('SSH-01', answers(['pass', '', ''], END)),
    { kind: 'rules', name: 'nft.error', said: b64('Operation not permitted\n') },
  ];
  for (const file of [sealed(lines), gzipSync(sealed(lines))]) {
    const { scan, startedMs, resultId } = await read(file);
    assert.equal(startedMs, Date.UTC(2026, 10, 28, 23, 58));
    assert.equal(resultId, 'ab'.repeat(16));
    const seen = observationsOf(scan, 10).map(({ check: id, verdict, evidence, resource }) => [
      ...[id, verdict, evidence[0]?.value, resource.uid],
    ]);
    assert.deepEqual(seen, [
      ['KRN-07', 'fail', 'it is 0', `host/${HOST_ID}/sysctl:kernel.randomize_va_space`],
      ['ACC-01', 'unknown', 'only root can look', `host/${HOST_ID}`],
      ['PRC-01', 'pass', undefined, `host/${HOST_ID}`],
      // It goes by a probe that the result does not tell of: nothing is right that was not looked at.
      ['SSH-01', 'unknown', 'sshd: it was not looked at', `host/${HOST_ID}`],
    ]);
    assert.deepEqual(wholeChecks(scan), ['KRN-07', 'PRC-01']);
    assert.equal(hardeningOf(scan).checks.find((each) => each.check === 'KRN-07')?.outcome, 'wrong');
    assert.equal(scan.rules, null, 'rules without the probe for them are no rules');
  }
});

test('a check whose script was another one is named, and one that is not known is left out and named', async () => {
  const lines = [
    begin,
    system,
    check('KRN-07', answers(['pass', '', ''], END), 'ran', '0'.repeat(64)),
    check('OWN-01', ''),
  ];
  const { scan, otherChecks, unknownChecks } = await read(sealed(lines));
  assert.deepEqual([otherChecks, unknownChecks], [['KRN-07'], ['OWN-01']]);
  assert.equal(scan.checks.length, 1);
});

test('a result of Windows is read by the checks of Windows', async () => {
  const lines = [
    { ...begin, platform: 'windows' },
    { ...system, osId: b64('windows'), osFamily: b64('windows'), packages: b64('none'), init: b64('none') },
    probe('security'),
    check('W-ACC-01', answers(fail('account:guest', 'it is on'), END)),
    check('W-AUD-01', '', 'needs_root'),
    check('KRN-07', answers(['pass', '', ''], END)),
  ];
  const { scan, unknownChecks } = await read(sealed(lines));
  assert.equal(scan.system.platform, 'windows');
  assert.deepEqual(unknownChecks, ['KRN-07'], 'which is no check of Windows');
  const [first, second] = observationsOf(scan, 10);
  assert.deepEqual([first?.check, first?.verdict, first?.evidence[0]?.value], ['W-ACC-01', 'fail', 'it is on']);
  assert.equal(second?.evidence[0]?.value, 'only an administrator can look');
});

test('what is cut off, changed or too large is told as that', async () => {
  const file = sealed(usual);
  for (const cut of [
    file.subarray(0, file.length - 100),
    file.subarray(0, 200),
    gzipSync(file).subarray(0, 200),
    Buffer.alloc(0),
  ]) {
    await assert.rejects(read(cut), coded('host_result_cut_off'));
  }
  const changed = Buffer.from(file);
  changed[300] = (changed[300] ?? 0) ^ 1;
  await assert.rejects(read(changed), coded('host_result_cut_off'));
  const limits = { ...settings, hostResultBytes: 2 ** 16 };
  await assert.rejects(readResult(Buffer.alloc(2 ** 16 + 1), checks, limits), coded('host_result_too_large'));
  const bomb = gzipSync(Buffer.alloc(2 ** 20));
  await assert.rejects(readResult(bomb, checks, limits), coded('host_result_too_large'));
});

test('a result that is not made as one is refused, whatever is wrong with it', async () => {
  const many = answers(...Array.from({ length: 10_001 }, () => ['pass', '', '']), END);
  const cases: readonly (readonly Line[])[] = [
    [],
    [system],
    [begin],
    [begin, begin, system],
    [{ ...begin, version: 2 }, system],
    [{ ...begin, platform: 'plan9' }, system],
    [{ ...begin, startedTime: '2026-13-41T00:00:00Z' }, system],
    [{ ...begin, resultId: '../../etc/passwd' }, system],
    [begin, { ...system, hostId: '../x' }],
    [begin, { ...system, hostname: '' }],
    [begin, { ...system, hostname: b64('x'.repeat(101)) }],
    [begin, { ...system, kernel: b64('x'.repeat(129)) }],
    [begin, { ...system, osFamily: b64('plan9') }],
    [begin, { ...system, isRoot: 'yes' }],
    [begin, { ...system, more: 1 }],
    [begin, system, { kind: 'command', said: 'x' }],
    [begin, system, wrong, wrong],
    [begin, system, { ...wrong, answers: 'not base64!' }],
    [begin, system, { ...wrong, check: '../KRN-07' }],
    [begin, system, { ...wrong, tookMs: -1 }],
    [begin, system, { ...wrong, tookMs: 1e300 }],
    [begin, system, { ...wrong, answers: many }],
    [begin, system, { ...wrong, answers: b64(Buffer.alloc(4 * 2 ** 20 + 1)) }],
    [begin, system, probe('evil')],
    [begin, system, { ...probe('files'), closed: null }],
    [begin, system, { ...probe('processes'), closed: -2 }],
    [begin, system, { kind: 'fact', name: 'listeners', ok: true, said: b64('tcp\0') }],
    [begin, system, { kind: 'fact', name: 'listeners', ok: true, said: b64('tcp\0::\0-1\0a\0b\0c\0\u00000\0') }],
    [begin, system, { kind: 'rules', name: '../../x', said: '' }],
  ];
  for (const lines of cases)
    await assert.rejects(read(sealed(lines)), coded('host_result_invalid'), JSON.stringify(lines));
  await assert.rejects(read(sealed(usual, { more: 1 })), coded('host_result_invalid'));
  await assert.rejects(read(Buffer.from('PK')), coded('host_result_invalid'));
});

test('what a host that is held by somebody else says does no harm where it is shown', async () => {
  const name = 'e\u001b]0;pwned\u0007vil';
  const lines = [
    begin,
    { ...system, hostname: b64(name) },
    check('KRN-07', answers(fail(`/x/../../\u001b[31m${'y'.repeat(5000)}<script>`, '=cmd|x', 'r'.repeat(9000)), END)),
    { kind: 'fact', name: 'addresses', ok: true, said: b64('[{"ifname":{"toString":1}},7]') },
    { kind: 'fact', name: 'routes-4', ok: true, said: b64('{"length":1}') },
  ];
  const { scan, facts } = await read(sealed(lines));
  assert.deepEqual(facts.addresses.items, []);
  assert.match(facts.addresses.unread ?? '', /what it should not/);
  const [found] = observationsOf(scan, 10);
  assert.ok(found);
  assert.ok(found.resource.uid.startsWith(`host/${HOST_ID}/`) && found.resource.uid.length <= 1024);
  assert.ok(found.resource.name.length <= 1024 && (found.resource.path?.length ?? 0) <= 4096);
  assert.ok(found.remedy.length <= 4096);
  assert.ok(!visible(found.resource.name).includes('\u001b'));
  const view = observedView(found, new Map(), { source: 'host', atMs: 0 });
  const pages = { html: '<script>', csv: '\n=cmd', jsonl: '\u001b' };
  for (const [format, harm] of Object.entries(pages)) {
    const rendered = {
      system: scan.system,
      observations: [found],
      hardening: hardeningOf(scan),
      since: { index: null, changes: [] },
    };
    const made = { atMs: 0, version: '0.1.0' };
    const pieces = await Array.fromAsync(renderScan({ ...rendered, views: [view] }, format as 'html', made));
    assert.ok(!pieces.join('').includes(harm), format);
  }
});

test('of hundreds of results that were changed at random each is read or refused by name', async () => {
  const lines = [
    ...usual,
    check('PRC-01', answers(['remember', '/etc/shadow'], ['unknown', 'x', 'y'], ['not_applicable', 'z'], END)),
    {
      kind: 'fact',
      name: 'addresses',
      ok: true,
      said: b64('[{"ifname":"lo","addr_info":[{"local":"::1","prefixlen":128}]}]'),
    },
    { kind: 'fact', name: 'routes-4', ok: true, said: b64('[{"dst":"default","nexthops":[{"dev":"a"}]}]') },
    { kind: 'fact', name: 'rules-4', ok: false, said: b64('no\nip') },
    { kind: 'fact', name: 'hosts', ok: true, said: b64('::1 a\n\0\n') },
    { kind: 'fact', name: 'listeners', ok: true, said: b64('tcp\0::\u000022\0a\0b\0c\u00007\u00000\0') },
    probe('firewall'),
    { kind: 'rules', name: 'nft', said: b64('table ip a {\n}\n') },
  ];
  let state = 7;
  const random = (below: number): number => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return (state >>> 8) % below;
  };
  const values: readonly unknown[] = [
    null,
    0,
    -1,
    1e308,
    '',
    '\0',
    {},
    [],
    true,
    'x'.repeat(300),
    b64('a\0b'),
    { toString: null },
  ];
  let taken = 0;
  for (let round = 0; round < 600; round += 1) {
    const changed: Line[] = lines.map((line) => ({ ...line }));
    for (let times = 0; times <= random(2); times += 1) {
      const line = changed[random(changed.length)] ?? {};
      const key = Object.keys(line)[random(Object.keys(line).length)] ?? 'kind';
      const value = line[key];
      if (typeof value === 'string' && random(2) === 0) {
        // What the host said, with a bit turned or a piece cut out.
        const bytes = Buffer.from(value, 'base64');
        const at = random(Math.max(bytes.length, 1));
        if (bytes.length > 0) bytes[at] = (bytes[at] ?? 0) ^ (1 << random(8));
        line[key] = bytes.subarray(random(2) === 0 ? 0 : at).toString('base64');
      } else if (random(4) === 0) delete line[key];
      else line[key] = values[random(values.length)];
    }
    if (random(5) === 0) changed.splice(random(changed.length), 1);
    const file = sealed(changed);
    if (random(5) === 0) file[random(file.length)] = random(256);
    try {
      const { scan } = await read(file);
      observationsOf(scan, 10);
      taken += 1;
    } catch (error) {
      assert.ok(
        error instanceof HoldfastError && error.code.startsWith('host_result_'),
        `${round}: ${String((error as Error).stack)}`,
      );
    }
  }
  assert.ok(taken > 20, `${taken} were read`);
});
