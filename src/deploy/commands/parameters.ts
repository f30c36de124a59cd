/** Options of `deploy aws` that set a parameter of the template, held against what it takes before anybody is asked. */
import type { CommandInput } from '../../base/commands/command.ts';
import { commandErrors } from '../../base/commands/errors.ts';
import type { Architecture } from '../archive/workspace-archive.ts';

interface Parameter {
  readonly name: string;
  readonly value: string;
  readonly parameter: string;
  readonly about: string;
  readonly takes: RegExp;
  readonly such: string;
}

const CIDR = /^((25[0-5]|2[0-4]\d|1?\d?\d)(\.(?!\/)|(?=\/))){4}\/(3[0-2]|[12]?\d)$/;
const CIDR_OR_NONE = new RegExp(`^$|${CIDR.source}`);
const YES_NO = /^(yes|no)$/;
const DAYS = /^(0|[1-9]\d{0,3}|[12]\d{4}|3[0-5]\d{3}|36[0-4]\d{2}|36500)$/;

export const PARAMETERS: readonly Parameter[] = [
  {
    ...{ name: 'email', value: 'ADDRESS', parameter: 'AlertEmail', takes: /^[^@\s]+@[^@\s]+$/ },
    ...{ about: 'Who hears when the instance fails; needed the first time', such: 'security@example.org' },
  },
  {
    ...{ name: 'domain', value: 'NAME', parameter: 'Domain', such: 'files.example.org' },
    takes: /^$|^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)+$/,
    about: 'The name that you let lead to the address of the stack (default: people use the address)',
  },
  {
    ...{ name: 'certificate', value: 'KIND', parameter: 'Certificate', takes: /^(acme|self-made)$/ },
    about: 'acme: from Let’s Encrypt, to whose terms you agree by it; self-made (default): browsers warn',
    such: 'acme',
  },
  {
    ...{ name: 'instance-type', value: 'TYPE', parameter: 'InstanceType', takes: /^[a-z0-9-]+\.[a-z0-9-]+$/ },
    ...{ about: 'Default t4g.small or t3.small, by what this computer is', such: 't4g.small' },
  },
  {
    ...{
      name: 'disk',
      value: 'GIB',
      parameter: 'DiskGiB',
      takes: /^([89]|[1-9]\d{1,3}|1[0-5]\d{3}|16[0-2]\d{2}|163[0-7]\d|1638[0-4])$/,
    },
    ...{ about: 'For what is on the instance alone (default 10)', such: '10' },
  },
  {
    ...{ name: 'web-from', value: 'CIDR', parameter: 'WebFrom', takes: CIDR },
    ...{ about: 'From where ports 80 and 443 are reached (default everywhere)', such: '203.0.113.0/24' },
  },
  {
    ...{ name: 'chat-line-from', value: 'CIDR', parameter: 'ChatLineFrom', takes: CIDR_OR_NONE },
    ...{ about: 'From where port 3040 is reached (default nowhere)', such: '203.0.113.0/24' },
  },
  {
    ...{ name: 'ssh-from', value: 'CIDR', parameter: 'SshFrom', takes: CIDR_OR_NONE },
    ...{ about: 'From where port 22 is reached (default nowhere)', such: '203.0.113.7/32' },
  },
  {
    ...{ name: 'key-name', value: 'NAME', parameter: 'KeyName', takes: /^[\x20-\x7e]{0,255}$/ },
    ...{ about: 'A key pair of EC2, for SSH', such: 'ada' },
  },
  {
    ...{ name: 'session-manager', value: 'yes|no', parameter: 'SessionManager', takes: YES_NO },
    ...{ about: 'A shell by Systems Manager, without an open port (default yes)', such: 'yes' },
  },
  {
    ...{ name: 'archive-after-days', value: 'N', parameter: 'ArchiveAfterDays', takes: DAYS },
    ...{ about: 'Deleted objects go to Glacier Instant Retrieval after so long (default 0: never)', such: '30' },
  },
  {
    ...{
      name: 'backup-bucket',
      value: 'NAME',
      parameter: 'BackupBucket',
      takes: /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/,
    },
    ...{
      about: 'A bucket of yours for the second copies (default: one is made)',
      such: 'acme-copies',
    },
  },
  {
    ...{ name: 'backup-region', value: 'REGION', parameter: 'BackupRegion', takes: /^[a-z]{2}(-[a-z]+)+-\d$/ },
    ...{
      about: 'Make the bucket for second copies in that Region, by a stack there; or where yours is',
      such: 'eu-west-1',
    },
  },
  {
    ...{ name: 'lock-days', value: 'N', parameter: 'LockDays', takes: DAYS },
    ...{ about: 'How long nothing removes a second copy from the bucket that is made (default 0)', such: '30' },
  },
  {
    ...{ name: 'mail', value: 'yes|no', parameter: 'SendsMail', takes: YES_NO },
    ...{ about: 'Let the instance reach mail servers (default no)', such: 'yes' },
  },
];

/** By parameter of the template. Throws `usage_invalid`. */
export function givenParameters(input: CommandInput): Readonly<Record<string, string>> {
  const given = PARAMETERS.flatMap(({ name, parameter, takes, such }): [string, string][] => {
    const text = input.text(name);
    if (text === undefined) return [];
    if (takes.test(text)) return [[parameter, text]];
    throw commandErrors('usage_invalid', { detail: `--${name} is “${text}”: something like ${such} is wanted` });
  });
  return Object.fromEntries(given);
}

/** AWS names its families so: t4g, m7g, c8gn, r6gd are Arm, as are the first ones. */
export function architectureOf(instanceType: string): Architecture {
  return /^(a1|g5g|[a-z]+\d+g[a-z]*)\./.test(instanceType) ? 'arm64' : 'x86_64';
}
