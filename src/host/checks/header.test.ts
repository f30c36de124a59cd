import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { test } from 'node:test';
import { hasCode } from '../../base/errors.ts';
import { parseHeader } from './header.ts';

const LINES = [
  '# id: OWN-01',
  '# title: Something',
  '# severity: low',
  '# rationale: It matters,',
  '#   and goes on.',
  '# references: CIS Debian 12 1.5.1; ATT&CK T1014',
  '# applies: package openssh-server | command sshd',
  '# needs: root for /etc/shadow',
  '# facts: processes files/suid files/web',
  '# fix: G',
  '# cuts: whoever logs in over SSH',
  '# remedy: Do it.',
  '# timeout: 30 s',
];

const textOf = (lines: readonly string[]) => `${lines.join('\n')}\n\ndetect() { :; }\n`;

test('the header of a check says all that the runner goes by', () => {
  const header = parseHeader('OWN-01.sh', textOf(LINES));
  assert.deepEqual(header, {
    id: 'OWN-01',
    title: 'Something',
    severity: 'low',
    rationale: 'It matters, and goes on.',
    references: [
      { standard: 'CIS Debian 12', id: '1.5.1' },
      { standard: 'ATT&CK', id: 'T1014' },
    ],
    applies: [
      { kind: 'package', name: 'openssh-server' },
      { kind: 'command', name: 'sshd' },
    ],
    needsRoot: 'partly',
    rootFor: '/etc/shadow',
    probes: ['processes', 'files'],
    fix: 'guarded',
    cuts: 'whoever logs in over SSH',
    remedy: 'Do it.',
    timeoutMs: 30_000,
    platform: 'linux',
    isTested: true,
  });
});

const refusals: readonly (readonly [string, string, (lines: readonly string[]) => readonly string[], RegExp])[] = [
  ['an unknown key', 'OWN-01.sh', (lines) => ['# sevrity: low', ...lines], /there is no “sevrity”/],
  ['a key twice', 'OWN-01.sh', (lines) => [...lines, '# id: OWN-01'], /stands there twice/],
  ['a missing title', 'OWN-01.sh', (lines) => lines.filter((line) => !line.startsWith('# title')), /its title/],
  [
    'an unknown severity',
    'OWN-01.sh',
    (lines) => lines.map((line) => line.replace('low', 'bad')),
    /severity is one of/,
  ],
  ['another file name', 'OWN-02.sh', (lines) => lines, /must be called OWN-01\.sh/],
  ['a time-out without an end', 'OWN-01.sh', (lines) => lines.map((line) => line.replace('30 s', '0 s')), /timeout is/],
  [
    'a fact that nobody gathers',
    'OWN-01.sh',
    (lines) => lines.map((line) => line.replace('files/web', 'moon')),
    /no fact “moon”/,
  ],
  ['a comment in between', 'OWN-01.sh', (lines) => ['# hello', ...lines], /is no line of a header/],
];
for (const [what, name, change, message] of refusals) {
  test(`a header with ${what} is refused`, () => {
    assert.throws(
      () => parseHeader(name, textOf(change(LINES))),
      (error) => hasCode(error, 'host_check_invalid') && message.test((error as Error).message),
    );
  });
}

test('every check that is shipped has a header that can be read, and a guarded one says whom its fix cuts off', () => {
  const paths = globSync(join(import.meta.dirname, '{linux/*.sh,windows/*.ps1}'));
  assert.ok(paths.length > 0);
  const headers = paths.map((path) => parseHeader(basename(path), readFileSync(path, 'utf8')));
  const silent = headers.filter(({ fix, cuts }) => fix === 'guarded' && cuts === null);
  assert.deepEqual(silent, []);
  // Of those that change how the SSH server lets people in, what is left takes no way in from anybody who has a password or a key.
  const atOnce = headers.filter(({ id, fix }) => id.startsWith('SSH-') && fix === 'automatic').map(({ id }) => id);
  assert.deepEqual(atOnce.toSorted(), ['SSH-01', 'SSH-05', 'SSH-06']);
});
