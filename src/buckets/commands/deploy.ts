import { mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { Command, CommandContext, CommandInput } from '../../base/commands/command.ts';
import { commandErrors } from '../../base/commands/errors.ts';
import { count } from '../../base/text/quantities.ts';
import { deployableState, deployStack } from '../../stacks/index.ts';
import { visible } from '../../base/text/visible.ts';
import type { OwnTrail } from '../guard/aws/trails.ts';
import { guardModes } from '../guard/config.ts';
import { guardPackage, type GuardPackage } from '../guard/package.ts';
import { readOwners } from '../notices/sending/owner.ts';
import type { OpenLocalGuard } from './guard.ts';
import { ownersFileOption, ownersFrom } from './owners.ts';
import { stateFolderFrom } from './where.ts';

export const STACK = 'holdfast-guard';
const POLL_MS = 2000;

/** Options of the verb, and the parameters of the template that they set. */
const PARAMETERS = [
  { name: 'email', value: 'ADDRESS', parameter: 'AlertEmail', about: 'Who is told; needed the first time' },
  { name: 'mode', value: 'MODE', parameter: 'Mode', about: 'report, harmless (default) or full' },
  {
    name: 'grace-minutes',
    value: 'N',
    parameter: 'GraceMinutes',
    about: '0, 1, 2, 5, 10, 15 (default), 30, 60, 120 or 240',
  },
  { name: 'exception-tag', value: 'NAME', parameter: 'ExceptionTag', about: 'Tag by which a bucket is left as it is' },
  { name: 'kms-key', value: 'ARN', parameter: 'KmsKeyArn', about: 'Key that new buckets encrypt under' },
  { name: 'trail', value: 'ARN', parameter: 'TrailArn', about: 'A trail that records here; empty: one is made' },
  {
    name: 'block-account',
    value: 'yes|no',
    parameter: 'BlockAccount',
    about: 'Keep Block Public Access of the account on',
  },
  {
    name: 'object-notices',
    value: 'yes|no',
    parameter: 'ObjectNotices',
    about: 'Tell of the objects in each new bucket (default no)',
  },
  { name: 'owners', value: 'LIST', parameter: 'Owners', about: 'Who owners are: NAME=ADDRESS[;+PHONE],...' },
  { name: 'phone', value: 'NUMBER', parameter: 'AlertPhone', about: 'Gets what is told of objects in short, by SMS' },
] as const;

/** As the template has it. */
const MOST_OWNERS = { characters: 2000, why: 'fit into the stack' };
const GRACES = ['0', '1', '2', '5', '10', '15', '30', '60', '120', '240'];

export const deployCommand = (openLocal: OpenLocalGuard): Command => ({
  path: ['buckets', 'deploy'],
  summary: 'Show what the guard would set up in your account, and set it up with --apply',
  description:
    'The guard hears of each bucket that is made or loosened in this account and Region, tells by mail, and mends what its mode\nallows (docs/guard.md). Shows the change set first and changes nothing without --apply. What you leave out stays as it was\ndeployed before. Without --trail a new guard goes by a trail of the account that records the calls already, and makes one where\nthere is none. --package writes the template and the code for a deployment by other means.',
  examples: [
    { run: 'holdfast buckets deploy --email security@example.org', does: 'What would be made' },
    { run: 'holdfast buckets deploy --email security@example.org --apply', does: 'Make it, and watch it being made' },
    { run: 'holdfast buckets deploy --mode full --apply', does: 'Change one thing of it' },
    { run: 'holdfast buckets deploy --package ./guard', does: 'For the console or a pipeline of yours' },
  ],
  options: [
    ...PARAMETERS.map(({ name, value, about }) => ({ name, value, about })),
    ownersFileOption,
    { name: 'apply', about: 'Make the changes' },
    { name: 'revert-drift', about: 'Also put back what was changed or deleted by hand' },
    { name: 'replace-failed', about: 'With --apply: first delete a stack of this name that could never be made' },
    { name: 'stack', value: 'NAME', about: `Name of the stack (default ${STACK})` },
    { name: 'code-bucket', value: 'NAME', about: 'A bucket of yours for the code (default: one is made)' },
    { name: 'package', value: 'DIR', about: 'Write template and code there, and ask nobody' },
    { name: 'state', value: 'DIR', about: 'The state folder' },
  ],
  async run(context, input) {
    const given = givenParameters(input, await ownersFrom(context, input, MOST_OWNERS));
    const parts = await guardPackage();
    const folder = input.text('package');
    if (folder !== undefined) return await writePackage(context, resolve(context.workingFolder, folder), parts);
    const { template, code, codeKey } = parts;
    await using guard = await openLocal(stateFolderFrom(context, input));
    const name = deployableFrom(input);
    await using stack = await guard.openStack(name);
    const replaces = input.flag('replace-failed');
    if (replaces && !input.flag('apply')) {
      throw commandErrors('usage_invalid', { detail: '--replace-failed deletes a stack, and needs --apply' });
    }
    const pause = () => wait(POLL_MS, undefined, { signal: context.signal });
    const before = await deployableState(stack, { name, replaces, wait: pause });
    const isNew = before === null || before.status === 'REVIEW_IN_PROGRESS';
    if (isNew && given['AlertEmail'] === undefined) {
      throw commandErrors('usage_invalid', { detail: 'say who is told: --email security@example.org' });
    }
    const codeBucket = input.text('code-bucket') ?? `holdfast-guard-${stack.account}-${stack.region}`;
    const stays = Object.fromEntries(PARAMETERS.map(({ parameter }) => [parameter, null]));
    const looksForTrail = isNew && given['TrailArn'] === undefined;
    const trail = looksForTrail ? await guard.findTrail(stack.region) : null;
    for (const line of trail === null ? [] : trailLines(trail)) context.terminal.note(visible(line));
    const found = trail?.arn == null ? {} : { TrailArn: trail.arn };
    const { changes, state, lines } = await deployStack(context, stack, {
      template,
      parameters: { ...stays, ...found, ...given, CodeBucket: codeBucket, CodeKey: codeKey },
      files: [{ key: codeKey, bytes: code, type: 'application/zip' }],
      bucket: codeBucket,
      applies: input.flag('apply'),
      revertsDrift: input.flag('revert-drift'),
      pause,
    });
    const shown = { stack: name, account: stack.account, region: stack.region, trail: trail?.arn ?? null, changes };
    if (state === null) {
      context.terminal.show({ ...shown, applied: false }, () => [
        ...lines,
        changes.length === 0
          ? `The stack ${name} is as it shall be.`
          : `${count(changes.length, 'change')} in the stack ${name} of the account ${stack.account}, ${stack.region}. Nothing is changed without --apply.`,
      ]);
      return 0;
    }
    context.terminal.show({ ...shown, applied: true, status: state.status }, () => [
      `The stack ${name} is deployed in the account ${stack.account}, ${stack.region}.`,
      ...(isNew ? ['Confirm the mail that Amazon SNS sends now; until then nobody is told anything.'] : []),
      'See whether all of it works: holdfast buckets doctor',
    ]);
    return 0;
  },
});

function trailLines({ arn, unread }: OwnTrail): readonly string[] {
  if (arn !== null) return [`The trail ${arn} records the calls already: no other one is made.`];
  const could = unread.map((each) => `Could not be looked at: ${each}`);
  const cost =
    'Where another one records management events, the second costs 2 US dollars for 100,000: name it with --trail.';
  return unread.length === 0
    ? ['No trail of the account records the calls: one is made.']
    : [...could, `No trail is known to record the calls: one is made. ${cost}`];
}

/** The trail is called like the stack, and no trail has a shorter name. Throws `usage_invalid`. */
function deployableFrom(input: CommandInput): string {
  const name = stackFrom(input);
  if (name.length >= 3) return name;
  throw commandErrors('usage_invalid', { detail: '--stack takes at least 3 characters' });
}

/** Throws `usage_invalid`. */
export function stackFrom(input: CommandInput, option = 'stack'): string {
  const name = input.text(option) ?? STACK;
  if (/^[A-Za-z][A-Za-z0-9-]{0,63}$/.test(name)) return name;
  throw commandErrors('usage_invalid', { detail: `--${option} takes letters, digits and dashes, at most 64` });
}

function givenParameters(input: CommandInput, owners: string | undefined): Readonly<Record<string, string>> {
  const found = PARAMETERS.flatMap(({ name, parameter }): [string, string][] => {
    const text = input.text(name);
    return text === undefined ? [] : [[parameter, text]];
  });
  const given: Readonly<Record<string, string>> = {
    ...Object.fromEntries(found),
    ...(owners === undefined ? {} : { Owners: owners }),
  };
  const { Mode, GraceMinutes, AlertEmail, BlockAccount, ObjectNotices, AlertPhone } = given;
  const wrong =
    Mode !== undefined && !guardModes.some((mode) => mode === Mode)
      ? `--mode is one of ${guardModes.join(', ')}`
      : GraceMinutes !== undefined && !GRACES.includes(GraceMinutes)
        ? `--grace-minutes is one of ${GRACES.join(', ')}`
        : AlertEmail !== undefined && !/^[^@\s]+@[^@\s]+$/.test(AlertEmail)
          ? '--email takes an address of mail'
          : BlockAccount !== undefined && !/^(yes|no)$/.test(BlockAccount)
            ? '--block-account is yes or no'
            : ObjectNotices !== undefined && !/^(yes|no)$/.test(ObjectNotices)
              ? '--object-notices is yes or no'
              : AlertPhone !== undefined && !/^(\+[1-9][0-9]{6,14})?$/.test(AlertPhone)
                ? '--phone takes a number such as +4915112345678'
                : ownersMistake(given['Owners']);
  if (wrong === null) return given;
  throw commandErrors('usage_invalid', { detail: wrong });
}

function ownersMistake(text = ''): string | null {
  try {
    readOwners(text, '');
    return null;
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    return `--owners: ${error.message}`;
  }
}

async function writePackage(
  { terminal }: CommandContext,
  folder: string,
  { template, code, codeKey }: GuardPackage,
): Promise<0> {
  await mkdir(folder, { recursive: true });
  const files = [join(folder, 'guard.yaml'), join(folder, codeKey)] as const;
  await writeFile(files[0], template);
  await writeFile(files[1], code);
  terminal.show({ files }, () => [
    ...files,
    'Put the zip into a bucket of yours, and deploy the template with its parameters CodeBucket and CodeKey.',
  ]);
  return 0;
}
