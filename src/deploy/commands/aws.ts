import { mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { Command, CommandContext, CommandInput } from '../../base/commands/command.ts';
import { commandErrors } from '../../base/commands/errors.ts';
import { count, formatBytes } from '../../base/text/quantities.ts';
import { deployableState, type StackState } from '../../stacks/index.ts';
import { workspaceArchive, type Architecture, type WorkspaceArchive } from '../archive/workspace-archive.ts';
import { costsOf, sumOf, type Cost } from '../costs.ts';
import { copiesOf, copiesStackOf } from './copies-stack.ts';
import { deployStacks, type DeployedStacks, type Wanted } from './deploy-stacks.ts';
import type { GuardParts, OpenDeployment, Way } from './deployment.ts';
import { regionOfCopies } from './second-copies.ts';
import { architectureOf, givenParameters, PARAMETERS } from './parameters.ts';
import { removeWorkspace } from './remove.ts';

const STACK = 'holdfast';
const POLL_MS = 2000;

export const awsCommand = (openDeployment: OpenDeployment, guardParts: GuardParts): Command => ({
  path: ['deploy', 'aws'],
  summary: 'Show what a workspace in your AWS account would be made of and cost, and make it with --apply',
  description:
    'One instance of EC2 that serves it, buckets for objects and second copies, a table for records, all under a key of its own\n(docs/guide/aws.md). Shows the change set and the costs first and changes nothing without --apply. Run again, it brings the\nprogram of this version; what you leave out stays as it was.',
  examples: [
    { run: 'holdfast deploy aws --email ops@example.org', does: 'What would be made, and what it costs' },
    { run: 'holdfast deploy aws --email ops@example.org --apply', does: 'Make it, and watch it being made' },
    {
      run: 'holdfast deploy aws --email ops@example.org --backup-region eu-west-1 --lock-days 30 --guard holdfast-guard',
      does: 'With second copies far away that nothing removes for 30 days, and a guard of all buckets',
    },
    { run: 'holdfast deploy aws --apply', does: 'Bring this version of Holdfast there' },
    { run: 'holdfast deploy aws --package ./workspace', does: 'For the console or a pipeline of yours' },
    { run: 'holdfast deploy aws --remove', does: 'What would go, and what stays' },
  ],
  options: [
    ...PARAMETERS.map(({ name, value, about }) => ({ name, value, about })),
    {
      name: 'guard',
      value: 'STACK',
      about: 'The stack of a guard of buckets, whose notices the workspace tells too; made where there is none',
    },
    {
      name: 'node',
      value: 'FILE',
      about: 'The Node for the instance, from npm pack; needed for another architecture than here',
    },
    { name: 'apply', about: 'Make the changes' },
    { name: 'remove', about: 'Take the stack down; what people stored stays' },
    { name: 'replace-failed', about: 'With --apply: first delete a stack of this name that could never be made' },
    { name: 'stack', value: 'NAME', about: `Name of the stack (default ${STACK})` },
    { name: 'code-bucket', value: 'NAME', about: 'A bucket of yours for the program (default: one is made)' },
    { name: 'package', value: 'DIR', about: 'Write template and program there, and ask nobody' },
  ],
  async run(context, input) {
    const given = givenParameters(input);
    const name = stackFrom(input);
    const applies = input.flag('apply');
    const pause = () => wait(POLL_MS, undefined, { signal: context.signal });
    const instanceType = given['InstanceType'] ?? (process.arch === 'arm64' ? 't4g.small' : 't3.small');
    const archived = async (architecture: Architecture): Promise<WorkspaceArchive> => {
      if (RUNS_FROM_SOURCES) {
        context.terminal.warn(
          'dist/ is what is sent, and it was built from other sources than these. Run first: npm ci',
        );
      }
      const node = input.text('node');
      return await workspaceArchive(architecture, node === undefined ? null : resolve(context.workingFolder, node));
    };
    const folder = input.text('package');
    if (folder !== undefined) {
      return await writePackage(
        context,
        resolve(context.workingFolder, folder),
        await archived(architectureOf(instanceType)),
        { InstanceType: instanceType, Architecture: architectureOf(instanceType) },
      );
    }
    const replaces = input.flag('replace-failed');
    if (replaces && !applies) {
      throw commandErrors('usage_invalid', { detail: '--replace-failed deletes a stack, and needs --apply' });
    }
    await using stack = await openDeployment(name);
    if (input.flag('remove'))
      return await removeWorkspace({ context, openDeployment, applies, replaces, pause }, stack, name);

    const before = await deployableState(stack, { name, replaces, wait: pause });
    const isNew = before === null || before.status === 'REVIEW_IN_PROGRESS';
    if (isNew && given['AlertEmail'] === undefined) {
      throw commandErrors('usage_invalid', { detail: 'say who is told: --email ops@example.org' });
    }
    const deployed = isNew ? null : before;
    const type = given['InstanceType'] ?? deployed?.parameters['InstanceType'] ?? instanceType;
    const architecture = architectureOf(type);
    const image = imageOf(deployed, architecture);
    const copiesRegion = await regionOfCopies({
      ...{ given, deployed, region: stack.region },
      async madeIn(region) {
        await using there = await openDeployment(copiesStackOf(name, stack.region), region);
        return await copiesOf(there);
      },
    });
    const archive = await archived(architecture);
    const guard = input.text('guard');
    const email = given['AlertEmail'] ?? deployed?.parameters['AlertEmail'];
    const wanted: Wanted = {
      ...{ name, stack, given, archive, copiesRegion, instance: { type, architecture, image } },
      codeBucket: input.text('code-bucket') ?? `holdfast-workspace-${stack.account}-${stack.region}`,
      guard: guard === undefined ? null : { name: guard, email, guardParts },
    };
    const costs = costsOf({
      instanceType: type,
      diskGiB: Number(given['DiskGiB'] ?? deployed?.parameters['DiskGiB'] ?? 10),
      hasGuard: guard !== undefined || (deployed?.parameters['GuardQueue'] ?? '') !== '',
      copiesRegion: given['BackupRegion'] ?? (deployed?.parameters['BackupRegion'] || null),
    });
    // Of what is made first the rest takes something, which a plan knows no more of than that it will be there.
    const way: Way = { context, openDeployment, replaces, pause, applies: false };
    const planned = await deployStacks(way, wanted);
    const all = [...planned.beside, { stack: name, region: stack.region, ...planned }];
    const number = all.reduce((sum, { changes }) => sum + changes.length, 0);
    const shown = [
      ...all.flatMap((each) =>
        each.changes.length === 0 ? [] : [`The stack ${each.stack}, ${each.region}:`, ...each.lines, ''],
      ),
      ...(number === 0 ? [] : [...costTable(context, costs), '']),
    ];
    const facts = ({ beside, changes }: DeployedStacks) => ({
      ...{ stack: name, account: stack.account, region: stack.region, changes, costs },
      beside: beside.map((each) => ({ stack: each.stack, region: each.region, changes: each.changes })),
    });
    if (!applies || number === 0) {
      context.terminal.show({ ...facts(planned), applied: false }, () => [
        ...shown,
        number === 0
          ? `The stack ${name} is as it shall be.`
          : `${count(number, 'change')} in the account ${stack.account}. Nothing is changed without --apply.`,
      ]);
      return 0;
    }
    for (const line of shown) context.terminal.note(line);
    const made = await deployStacks({ ...way, applies: true }, wanted);
    const { status, outputs } = made.state ?? { status: before?.status, outputs: before?.outputs };
    context.terminal.show({ ...facts(made), applied: true, status, outputs }, () => [
      `The stack ${name} is deployed in the account ${stack.account}, ${stack.region}.`,
      ...(made.state === null ? [] : isNew ? firstDay(made.state) : ['The instance starts again with this version.']),
    ]);
    return 0;
  },
});

/** A checkout runs its sources where what was built of it is older, and it is what was built that is sent. */
const RUNS_FROM_SOURCES = import.meta.url.endsWith('.ts');

/** Throws `usage_invalid`. */
function stackFrom(input: CommandInput): string {
  const name = input.text('stack') ?? STACK;
  // Of a name for a load balancer or a parameter it may become a part.
  if (/^[A-Za-z][A-Za-z0-9-]{1,63}$/.test(name)) return name;
  throw commandErrors('usage_invalid', { detail: '--stack takes letters, digits and dashes, 2 to 64' });
}

/**
 * The image that the instance is made of. Another one would make the instance anew, so that it stays; what is new in the
 * system comes by its own updates. Throws `usage_invalid` where the instance would need one for another architecture.
 */
function imageOf(deployed: StackState | null, architecture: Architecture): string {
  if (deployed === null) return '';
  const { parameters, resolved } = deployed;
  if (parameters['Architecture'] !== undefined && parameters['Architecture'] !== architecture) {
    throw commandErrors('usage_invalid', {
      detail: `the instance is of ${parameters['Architecture']}: --instance-type takes a type of that alone`,
    });
  }
  const newest = architecture === 'arm64' ? 'NewestArm' : 'NewestX86';
  return [parameters['ImageId'], resolved[newest], parameters[newest]].find((each) => each?.startsWith('ami-')) ?? '';
}

/** What is to be done now, once. */
function firstDay({ outputs }: StackState): readonly string[] {
  const { Url, Address, Certificate, SetupCode } = outputs;
  return [
    ...(Url === undefined
      ? []
      : [`  Address      ${Url}${Url.endsWith(`/${Address}`) ? '' : `  (let its name lead to ${Address})`}`]),
    ...(Certificate === undefined ? [] : [`  Certificate  SHA-256 ${Certificate}`]),
    ...(SetupCode === undefined ? [] : ['The code for the first account, which becomes the admin:', `  ${SetupCode}`]),
    'Confirm the mail that Amazon SNS sends now; until then nobody is told anything.',
  ];
}

function costTable({ terminal }: CommandContext, costs: readonly Cost[]): readonly string[] {
  const dollars = (value: number): string => `$${value.toFixed(2)}`;
  return [
    ...terminal.table(
      [{ title: 'A month' }, { title: 'For' }, { title: '', cut: true }],
      costs.map(({ part, monthly, about }) => [monthly === null ? 'by use' : dollars(monthly), part, about]),
    ),
    `About ${dollars(sumOf(costs))} a month and what is used, at the prices of us-east-1 in 2026; look yours up.`,
  ];
}

async function writePackage(
  { terminal }: CommandContext,
  folder: string,
  { template, copiesTemplate, bytes, key, sha256 }: WorkspaceArchive,
  parameters: Readonly<Record<string, string>>,
): Promise<0> {
  await mkdir(folder, { recursive: true });
  const files = [join(folder, 'workspace.yaml'), join(folder, key), join(folder, 'copies.yaml')] as const;
  await writeFile(files[0], template);
  await writeFile(files[1], bytes);
  await writeFile(files[2], copiesTemplate);
  const needed = { ...parameters, CodeKey: key, CodeSha256: sha256 };
  terminal.show({ files, parameters: needed }, () => [
    ...files,
    `The program has ${formatBytes(bytes.length)}. Put it into a bucket of yours, and deploy the template with these parameters and CodeBucket:`,
    ...Object.entries(needed).map(([name, value]) => `  ${name}=${value}`),
    'For second copies in another Region deploy copies.yaml there first: its output is BackupBucket, its Region BackupRegion.',
  ]);
  return 0;
}
