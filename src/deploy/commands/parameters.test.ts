import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { CommandInput } from '../../base/commands/command.ts';
import { hasCode } from '../../base/errors.ts';
import { architectureOf, givenParameters, PARAMETERS } from './parameters.ts';

const TEMPLATE = readFileSync(join(import.meta.dirname, '../../../deploy/aws/workspace.yaml'), 'utf8');

function input(options: Readonly<Record<string, string>>): CommandInput {
  return { args: [], text: (name) => options[name], list: () => [], flag: () => false };
}

test('every option sets a parameter that the template has', () => {
  for (const { name, parameter, takes, such } of PARAMETERS) {
    assert.match(TEMPLATE, new RegExp(`^  ${parameter}:$`, 'm'), name);
    assert.match(such, takes, name);
  }
});

test('what an option cannot be is refused before anybody is asked', () => {
  const wrong: readonly (readonly [string, readonly string[]])[] = [
    ['email', ['', 'ada', 'a b@c.d']],
    ['domain', ['Files.example.org', 'localhost', 'https://files.example.org', '-a.example.org']],
    ['instance-type', ['small', 't4g']],
    ['disk', ['0', '7', '8.5', '16385', 'ten']],
    ['web-from', ['', '0.0.0.0', '1.2.3.4/33', '256.0.0.0/8', '::/0', '1.2.3/8', '0.0.0.0/0; rm']],
    ['ssh-from', ['anywhere', '10.0.0.0']],
    ['session-manager', ['maybe', '']],
    ['lock-days', ['-1', '36501', '1.5', '01']],
    ['backup-bucket', ['', 'AB', 'a', 'x_y']],
    ['backup-region', ['', 'Europe', 'eu-west']],
    ['key-name', ['\n', 'x'.repeat(256)]],
  ];
  for (const [name, texts] of wrong) {
    for (const text of texts) {
      const refused = (error: unknown): boolean => hasCode(error, 'usage_invalid');
      assert.throws(() => givenParameters(input({ [name]: text })), refused, `${name} ${text}`);
    }
  }
});

test('what an option can be is taken as it is', () => {
  const right = {
    'web-from': '203.0.113.0/24',
    disk: '16384',
    'lock-days': '36500',
    'ssh-from': '',
    domain: 'files.example.org',
  };
  assert.deepEqual(givenParameters(input(right)), {
    WebFrom: '203.0.113.0/24',
    DiskGiB: '16384',
    LockDays: '36500',
    SshFrom: '',
    Domain: 'files.example.org',
  });
});

test('architectureOf tells Arm from the others by the name of the family', () => {
  for (const type of [
    't4g.small',
    'm7g.large',
    'c8gn.4xlarge',
    'r6gd.xlarge',
    'a1.medium',
    'g5g.xlarge',
    'im4gn.large',
    'x2gd.large',
  ])
    assert.equal(architectureOf(type), 'arm64', type);
  for (const type of ['t3.small', 't3a.nano', 'm7i.large', 'g5.xlarge', 'g4dn.xlarge', 'c6in.large', 'm8a.large'])
    assert.equal(architectureOf(type), 'x86_64', type);
});
