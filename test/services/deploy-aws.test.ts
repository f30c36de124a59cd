/** A workspace in AWS: the template before AWS's own rules, and its deployment on moto. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import {
  CloudFormationClient,
  DescribeStackResourcesCommand,
  DescribeStacksCommand,
  ListStackResourcesCommand,
} from '@aws-sdk/client-cloudformation';
import { GetBucketLocationCommand, GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { newId } from '../../src/base/ids.ts';
import { PRICED_TYPES } from '../../src/deploy/costs.ts';
import { withoutMoto } from '../support/aws/moto.ts';
import { cliPerson, type CliPerson, type Ran } from '../support/clients/cli-person.ts';
import { newMotoAccount } from '../support/aws/moto-account.ts';
import { brokenRules, lint, withoutLint, withoutRules } from '../support/aws/template-rules.ts';

const ROOT = join(import.meta.dirname, '../..');
const TEMPLATE = join(ROOT, 'deploy/aws/workspace.yaml');
const COPIES = join(ROOT, 'deploy/aws/copies.yaml');
const folder = mkdtempSync(join(tmpdir(), 'deploy-aws-'));
after(() => rmSync(folder, { recursive: true, force: true }));

test('cfn-lint finds nothing in the templates', { skip: withoutLint }, () => [TEMPLATE, COPIES].forEach(lint));

/** Why a rule is not kept: what S3 cannot do, and what the rules cannot see. */
const EXCEPTED: Readonly<Record<string, readonly string[]>> = {
  // S3 writes access logs only into buckets under its own keys and without object lock, and the log of a log would have no end.
  'ct-s3-pr-2': ['AccessLogs'],
  'ct-s3-pr-9': ['AccessLogs'],
  'ct-s3-pr-10': ['AccessLogs'],
  // The type is a parameter, whose value the rules do not look at; see the next test.
  'ct-ec2-pr-16': ['Instance'],
  // Only between instances, of which there is one; and no small type has it.
  'ct-ec2-pr-19': ['Instance'],
};

test('the template keeps the Control Tower rules of all that it makes', { skip: withoutRules }, () => {
  const services = ['s3', 'ec2', 'dynamodb', 'identityandaccessmanagement', 'keymanagementservice', 'cloudwatch'];
  const broken = services.flatMap((service) => Object.entries(brokenRules(TEMPLATE, service)));
  assert.ok(broken.length >= 22, `${broken.length} rules apply`);
  for (const [rule, resources] of broken) assert.deepEqual(resources, EXCEPTED[rule] ?? [], rule);
});

test('what people stored outlives the stacks: buckets, what guards them, table and key are kept', () => {
  for (const [template, kept] of [
    [
      TEMPLATE,
      ['Key', 'Objects', 'ObjectsPolicy', 'Copies', 'CopiesPolicy', 'AccessLogs', 'AccessLogsPolicy', 'Records'],
    ],
    [COPIES, ['Copies', 'CopiesPolicy', 'AccessLogs', 'AccessLogsPolicy']],
  ] as const) {
    const resources = readFileSync(template, 'utf8').split('\nResources:\n')[1] ?? '';
    const found = [...resources.matchAll(/^ {2}(\w+):\n(?: {4}.*\n)*? {4}DeletionPolicy: Retain(ExceptOnCreate)?$/gm)];
    assert.deepEqual(
      found.map(([, name = '']) => name),
      kept,
    );
  }
});

test('the instance has no policy but those that the template spells out, and reads no parameter of the account', () => {
  const text = readFileSync(TEMPLATE, 'utf8');
  assert.doesNotMatch(text, /^ *ManagedPolicyArns:/m);
  assert.doesNotMatch(text, /ssm:Get|ssm:\*/);
});

test('the template of copies elsewhere keeps the rules for S3', { skip: withoutRules }, () => {
  const broken = Object.entries(brokenRules(COPIES, 's3'));
  assert.equal(broken.length, 10);
  const excepted: Readonly<Record<string, readonly string[]>> = {
    'ct-s3-pr-2': ['AccessLogs'],
    'ct-s3-pr-9': ['AccessLogs'],
    // What lies there was encrypted before it left the instance; a key of another Region is one more thing that can be lost.
    'ct-s3-pr-10': ['AccessLogs', 'Copies'],
  };
  for (const [rule, resources] of broken) assert.deepEqual(resources, excepted[rule] ?? [], rule);
});

test('every type of instance whose price is known is of the kind that the rules want', { skip: withoutRules }, () => {
  const text = readFileSync(TEMPLATE, 'utf8');
  const fixed = join(folder, 'fixed.yaml');
  for (const type of PRICED_TYPES) {
    writeFileSync(fixed, text.replace('InstanceType: !Ref InstanceType', `InstanceType: ${type}`));
    assert.deepEqual(brokenRules(fixed, 'ec2', 'ct-ec2-pr-16')['ct-ec2-pr-16'], [], type);
  }
});

/** What moto's CloudFormation passes over. All else that applies is made there. */
const MOTO_LACKS = [
  'AWS::CloudFormation::WaitCondition',
  'AWS::CloudFormation::WaitConditionHandle',
  'AWS::CloudWatch::Alarm',
  'AWS::EC2::EIPAssociation',
  'AWS::S3::BucketPolicy',
  'AWS::SNS::Subscription',
  'AWS::SNS::TopicPolicy',
];
/** Not wanted unless somebody chooses them. */
const BY_CHOICE = ['ChatLineAccess', 'SshAccess', 'MailEgress', 'MailOverTlsEgress', 'GuardPolicy'];

interface DeployJson {
  readonly applied: boolean;
  readonly changes: readonly { readonly action: string; readonly resource: string; readonly type: string }[];
  readonly costs: readonly { readonly part: string; readonly monthly: number | null }[];
}

interface Deploying extends AsyncDisposable {
  readonly person: CliPerson;
  readonly at: Awaited<ReturnType<typeof newMotoAccount>>['at'];
  run(...words: string[]): Promise<Ran>;
}

async function deploying(): Promise<Deploying> {
  const { at } = await newMotoAccount();
  const person = await cliPerson();
  return {
    person,
    at,
    run: async (...words) =>
      await person.runWith({ env: envOf(at) }, 'deploy', 'aws', '--instance-type', 't3.small', ...words),
    [Symbol.asyncDispose]: () => person[Symbol.asyncDispose](),
  };
}

test(
  'deploy aws shows what would be made and what it costs, and makes it with --apply alone',
  { skip: withoutMoto },
  async () => {
    await using account = await deploying();
    const stack = `workspace-${newId().slice(-12)}`;
    const words = ['--stack', stack, '--email', 'ops@example.org'];
    using formation = disposable(new CloudFormationClient(account.at));
    const nobody = await account.run('--stack', stack);
    assert.equal(nobody.exitCode, 2);
    assert.match(nobody.stderr, /--email/);
    const wrong = await account.run(...words, '--web-from', 'everywhere');
    assert.equal(wrong.exitCode, 2);

    const shown = await account.run(...words);
    assert.equal(shown.exitCode, 0, shown.stderr);
    assert.match(shown.stdout, /Add +Objects +AWS::S3::Bucket/);
    assert.match(shown.stdout, /\$15\.18 +The instance, t3\.small/);
    assert.match(shown.stdout, /Nothing is changed without --apply/);
    await assert.rejects(formation.send(new ListStackResourcesCommand({ StackName: stack })), /does not exist/);

    const made = await account.run(...words, '--apply', '--json');
    assert.equal(made.exitCode, 0, made.stderr);
    const { applied, changes, costs } = JSON.parse(made.stdout) as DeployJson;
    assert.equal(applied, true);
    assert.ok(changes.length >= 30 && changes.every(({ action }) => action === 'Add'));
    assert.ok(costs.some(({ monthly }) => monthly !== null));
    const { StackResourceSummaries = [] } = await formation.send(new ListStackResourcesCommand({ StackName: stack }));
    const isMade = new Set(StackResourceSummaries.map(({ LogicalResourceId }) => LogicalResourceId));
    const resources = readFileSync(TEMPLATE, 'utf8').split('\nResources:\n')[1] ?? '';
    const types = [...resources.matchAll(/^ {2}(\w+):\n {4}Type: (AWS::\S+)/gm)];
    assert.ok(types.length >= 35);
    const lacking = types.flatMap(([, name = '', type = '']) =>
      isMade.has(name) || BY_CHOICE.includes(name) ? [] : [type],
    );
    assert.deepEqual([...new Set(lacking)].toSorted(), MOTO_LACKS);

    // The archive is in the bucket, under the name and the hash that the instance asks for.
    const { Stacks = [] } = await formation.send(new DescribeStacksCommand({ StackName: stack }));
    const value = (name: string) => Stacks[0]?.Parameters?.find((each) => each.ParameterKey === name)?.ParameterValue;
    using s3 = disposable(new S3Client({ ...account.at, forcePathStyle: true }));
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: value('CodeBucket'), Key: value('CodeKey') }));
    const archive = Buffer.from((await Body?.transformToByteArray()) ?? []);
    assert.equal(createHash('sha256').update(archive).digest('hex'), value('CodeSha256'));
    assert.equal(value('Architecture'), 'x86_64');

    // With the image that it has, the same again changes nothing; another parameter changes that alone.
    const again = await account.run('--stack', stack, '--chat-line-from', '203.0.113.0/24', '--json');
    assert.equal(again.exitCode, 0, again.stderr);
    const later = JSON.parse(again.stdout) as DeployJson;
    assert.equal(later.applied, false);
    assert.ok(
      later.changes.every(({ resource }) => resource !== 'Objects' && resource !== 'Records'),
      again.stdout,
    );
    const other = await account.person.runWith(
      { env: envOf(account.at) },
      ...['deploy', 'aws', '--stack', stack, '--instance-type', 't4g.small'],
    );
    assert.equal(other.exitCode, 2);
    assert.match(other.stderr, /x86_64/);

    const going = await account.run('--stack', stack, '--remove');
    assert.equal(going.exitCode, 0, going.stderr);
    assert.match(going.stdout, /Nothing is removed without --apply/);
    const still = await formation.send(new DescribeStacksCommand({ StackName: stack }));
    assert.match(still.Stacks?.[0]?.StackStatus ?? '', /_COMPLETE$/);
    const none = await account.run('--stack', 'workspace-that-is-not-there', '--remove');
    assert.equal(none.exitCode, 3);
    for (const elsewhere of [
      ['--backup-region', 'eu-west-1'],
      ['--backup-bucket', 'acme-copies'],
    ]) {
      const moved = await account.run('--stack', stack, ...elsewhere);
      assert.match(moved.stderr, /deploy_copies_elsewhere|chosen with the first deployment/);
      assert.notEqual(moved.exitCode, 0);
    }
    const guardless = await account.run('--stack', stack, '--guard', stack);
    assert.equal(guardless.exitCode, 3);
    assert.match(guardless.stderr, /buckets deploy/);
  },
);

test(
  'second copies in another Region, locked, and the guard of buckets are made with it, each by a stack of its own, and copies stay',
  { skip: withoutMoto },
  async () => {
    await using account = await deploying();
    const stack = `workspace-${newId().slice(-12)}`;
    const guard = `guard-${newId().slice(-12)}`;
    const words = ['--stack', stack, '--email', 'ops@example.org'];
    const elsewhere = { ...account.at, region: 'eu-west-1' };
    const copiesStack = `${stack}-copies-of-${account.at.region}`;
    using formation = disposable(new CloudFormationClient(account.at));
    using far = disposable(new CloudFormationClient(elsewhere));
    const here = await account.run(...words, '--backup-region', account.at.region);
    assert.equal(here.exitCode, 2);

    const wanted = [...words, '--backup-region', 'eu-west-1', '--lock-days', '30', '--guard', guard];
    const shown = await account.run(...wanted);
    assert.equal(shown.exitCode, 0, shown.stderr);
    assert.match(
      shown.stdout,
      new RegExp(`The stack ${copiesStack}, eu-west-1:[^]*Add +Copies[^]*The stack ${guard}, `),
    );
    assert.match(shown.stdout, /by use +Second copies in eu-west-1/);
    assert.match(shown.stdout, /\$2\.00 +The guard of buckets/);
    for (const [client, StackName] of [
      ...[[formation, stack] as const, [far, copiesStack] as const, [formation, guard] as const],
    ]) {
      await assert.rejects(client.send(new DescribeStacksCommand({ StackName })), /does not exist/, StackName);
    }

    // Without --json what is shown stands on stderr, all of it before anything is made.
    const made = await account.run(...wanted, '--apply');
    assert.equal(made.exitCode, 0, made.stderr);
    const plan = made.stderr.slice(0, made.stderr.search(/CREATE_IN_PROGRESS/));
    for (const each of [copiesStack, guard, stack]) assert.match(plan, new RegExp(`The stack ${each}, `));
    assert.match(plan, /About \$\d+\.\d\d a month and what is used/);
    const madeBy = async (client: CloudFormationClient, StackName: string, name: string) => {
      const { StackResources = [] } = await client.send(new DescribeStackResourcesCommand({ StackName }));
      return StackResources.find(({ LogicalResourceId }) => LogicalResourceId === name)?.PhysicalResourceId;
    };
    const bucket = await madeBy(far, copiesStack, 'Copies');
    const { Stacks = [] } = await formation.send(new DescribeStacksCommand({ StackName: stack }));
    const parameters = Object.fromEntries(
      (Stacks[0]?.Parameters ?? []).map((each) => [each.ParameterKey, each.ParameterValue]),
    );
    assert.equal(parameters['BackupRegion'], 'eu-west-1');
    assert.equal(parameters['BackupBucket'], bucket);
    assert.equal(parameters['GuardQueue'], await madeBy(formation, guard, 'WorkspaceQueue'));
    using s3 = disposable(new S3Client({ ...elsewhere, forcePathStyle: true }));
    const { LocationConstraint } = await s3.send(new GetBucketLocationCommand({ Bucket: bucket }));
    assert.equal(LocationConstraint, 'eu-west-1');
    // moto's CloudFormation sets no lock on buckets; how it is written cfn-lint has seen.
    const copies = await far.send(new DescribeStacksCommand({ StackName: copiesStack }));
    const lock = copies.Stacks?.[0]?.Parameters?.find(({ ParameterKey }) => ParameterKey === 'LockDays');
    assert.equal(lock?.ParameterValue, '30');

    // Without a word of where they are, what concerns the copies goes to where they are, and the guard is left to its own verb.
    const again = await account.run('--stack', stack, '--lock-days', '31', '--json');
    assert.equal(again.exitCode, 0, again.stderr);
    const { beside } = JSON.parse(again.stdout) as { beside: readonly { stack: string }[] };
    assert.deepEqual(
      beside.map((each) => each.stack),
      [copiesStack],
    );

    // moto cannot delete the network; what stays is in the templates, see above.
    const going = await account.run('--stack', stack, '--remove');
    assert.equal(going.exitCode, 0, going.stderr);
    assert.match(going.stdout, new RegExp(`the stack ${copiesStack} in eu-west-1, without its bucket`));
  },
);

test(
  'deploy aws --package writes the template, and an archive by which the program runs on another machine',
  { skip: process.platform !== 'linux' || process.arch !== 'x64' },
  async () => {
    await using person = await cliPerson();
    const to = person.path('out');
    const { exitCode, stdout, stderr } = await person.run(
      ...['deploy', 'aws', '--instance-type', 't3.small', '--package', to],
    );
    assert.equal(exitCode, 0, stderr);
    const names = readdirSync(to).toSorted();
    const archive = names.find((name) => name.endsWith('.tar.gz')) ?? '';
    assert.deepEqual(
      names.filter((name) => name !== archive),
      ['copies.yaml', 'workspace.yaml'],
    );
    const packed = join(to, archive);
    assert.match(stdout, new RegExp(`CodeSha256=${createHash('sha256').update(readFileSync(packed)).digest('hex')}`));
    const unpacked = person.path('unpacked');
    execFileSync('mkdir', [unpacked]);
    execFileSync('tar', ['-xzf', packed, '-C', unpacked, '--strip-components=1']);
    assert.deepEqual(readdirSync(unpacked).toSorted(), ['bin', 'deploy', 'dist']);
    const node = join(unpacked, 'bin/node');
    execFileSync('chmod', ['755', node]);
    const said = execFileSync(node, [join(unpacked, 'dist/holdfast.js'), '--version'], {
      encoding: 'utf8',
      env: { HOME: unpacked },
    });
    assert.match(said, /^holdfast \d/);
    assert.ok(statSync(packed).size < 120e6);
  },
);

function envOf(at: Deploying['at']): Readonly<Record<string, string>> {
  return {
    AWS_ENDPOINT_URL: at.endpoint,
    AWS_REGION: at.region,
    AWS_ACCESS_KEY_ID: at.credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: at.credentials.secretAccessKey,
    AWS_SESSION_TOKEN: at.credentials.sessionToken,
  };
}

function disposable<Client extends { destroy(): void }>(client: Client): Client & Disposable {
  return Object.assign(client, { [Symbol.dispose]: () => client.destroy() });
}
