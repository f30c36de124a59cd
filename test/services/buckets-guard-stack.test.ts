/** The stack of the guard: the template before AWS's own rules, and its deployment on moto. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { CloudFormationClient, DescribeStacksCommand, ListStackResourcesCommand } from '@aws-sdk/client-cloudformation';
import {
  CloudTrailClient,
  CreateTrailCommand,
  DeleteTrailCommand,
  PutEventSelectorsCommand,
  StartLoggingCommand,
  StopLoggingCommand,
} from '@aws-sdk/client-cloudtrail';
import { EventBridgeClient, PutRuleCommand, RemoveTargetsCommand } from '@aws-sdk/client-eventbridge';
import { CreateKeyCommand, DisableKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import {
  CreateBucketCommand,
  GetBucketNotificationConfigurationCommand,
  GetPublicAccessBlockCommand,
  PutBucketNotificationConfigurationCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { SNSClient, SubscribeCommand } from '@aws-sdk/client-sns';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { newId } from '../../src/base/ids.ts';
import { motoEndpoint, newQueue, withoutMoto } from '../support/aws/moto.ts';
import { guardPerson } from '../support/clients/bucket-guard.ts';
import { guardInAccount, recorded } from '../support/aws/guard-in-account.ts';
import { brokenRules, lint, withoutLint, withoutRules } from '../support/aws/template-rules.ts';

const ROOT = join(import.meta.dirname, '../..');
const TEMPLATE = join(ROOT, 'deploy/aws/guard.yaml');
const folder = mkdtempSync(join(tmpdir(), 'guard-stack-'));
after(() => rmSync(folder, { recursive: true, force: true }));

test('cfn-lint finds nothing in the template', { skip: withoutLint }, () => lint(TEMPLATE));

/**
 * S3 writes access logs only into buckets under its own keys and without object lock, and the log of a log would have no end. Everything else of
 * the rules holds for every bucket of the stack.
 */
const EXCEPTED: Readonly<Record<string, readonly string[]>> = {
  'ct-s3-pr-2': ['AccessLogs'],
  'ct-s3-pr-9': ['AccessLogs'],
  'ct-s3-pr-10': ['AccessLogs'],
};

test('the buckets of the template keep the Control Tower rules for S3', { skip: withoutRules }, () => {
  const broken = brokenRules(TEMPLATE, 's3');
  // There is no access point in it, which is what the twelfth is about; a seventh there is none.
  assert.equal(Object.keys(broken).length, 10);
  for (const [rule, resources] of Object.entries(broken)) assert.deepEqual(resources, EXCEPTED[rule] ?? [], rule);
});

test('an alarm goes off where events wait too long in a queue, whichever it is', () => {
  const template = readFileSync(TEMPLATE, 'utf8');
  const read = [...template.matchAll(/EventSourceArn: !GetAtt (\w+)\.Arn/g)].map(([, queue = '']) => queue);
  const watched = template
    .split('Type: AWS::CloudWatch::Alarm')
    .filter((alarm) => alarm.includes('MetricName: ApproximateAgeOfOldestMessage'))
    .map((alarm) => /Value: !GetAtt (\w+)\.QueueName/.exec(alarm)?.[1] ?? '');
  assert.equal(read.length, 4);
  assert.deepEqual(watched.toSorted(), read.toSorted());
});

/** What moto's CloudFormation passes over. All else of the template is made there. */
const MOTO_LACKS = [
  'AWS::CloudTrail::Trail',
  'AWS::CloudWatch::Alarm',
  'AWS::Lambda::EventInvokeConfig',
  'AWS::Logs::MetricFilter',
  'AWS::S3::BucketPolicy',
  'AWS::SNS::Subscription',
  'AWS::SNS::TopicPolicy',
  'AWS::SQS::QueuePolicy',
  'AWS::Scheduler::Schedule',
];

interface DeployJson {
  readonly applied: boolean;
  readonly trail: string | null;
  readonly changes: readonly { readonly action: string; readonly type: string }[];
}

test('buckets deploy shows the change set and makes the stack with --apply alone', { skip: withoutMoto }, async () => {
  const stack = `guard-${newId().slice(-12)}`;
  const AWS_ENDPOINT_URL = motoEndpoint ?? '';
  await using person = await guardPerson({ AWS_ENDPOINT_URL });
  const at = {
    endpoint: AWS_ENDPOINT_URL,
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  };
  using formation = disposable(new CloudFormationClient(at));
  const owners = join(folder, 'owners.txt');
  writeFileSync(
    owners,
    '# who is told\nteam-a = ada@example.org; +4915112345678\n\nbucket:plans-* = bob@example.org # all\n',
  );
  const told = ['--email', 'security@example.org', '--object-notices', 'yes', '--owners-file', owners];
  const first = ['deploy', '--stack', stack, ...told];
  const nobody = await person.run('deploy', '--stack', stack);
  assert.equal(nobody.exitCode, 2);
  assert.match(nobody.stderr, /--email/);

  for (const wrong of [['--owners', 'a=b@c.org']]) {
    assert.equal((await person.run(...first, ...wrong)).exitCode, 2);
  }
  const dry = await person.json<DeployJson>(...first);
  assert.equal(dry.exitCode, 0);
  assert.equal(dry.applied, false);
  assert.equal(dry.trail, null, 'none records the calls there');
  assert.ok(dry.changes.length >= 35 && dry.changes.every(({ action }) => action === 'Add'));
  await assert.rejects(formation.send(new ListStackResourcesCommand({ StackName: stack })), /does not exist/);

  const made = await person.json<DeployJson>(...first, '--apply');
  assert.equal(made.exitCode, 0);
  const drift = await person.run('deploy', '--stack', stack, '--revert-drift', '--mode', 'full');
  assert.match(drift.stdout, /Nothing is changed without --apply/);
  assert.equal(made.applied, true);
  const { Stacks = [] } = await formation.send(new DescribeStacksCommand({ StackName: stack }));
  const given = Stacks[0]?.Parameters?.find(({ ParameterKey }) => ParameterKey === 'Owners')?.ParameterValue;
  assert.equal(given, 'team-a=ada@example.org;+4915112345678,bucket:plans-*=bob@example.org');
  const { StackResourceSummaries = [] } = await formation.send(new ListStackResourcesCommand({ StackName: stack }));
  const isMade = new Set(StackResourceSummaries.map(({ LogicalResourceId }) => LogicalResourceId));
  const types = [...readFileSync(TEMPLATE, 'utf8').matchAll(/\n {2}(\w+):\n {4}Type: (AWS::\S+)/g)];
  assert.ok(types.length >= 35);
  const lacking = types.flatMap(([, name = '', type = '']) => (isMade.has(name) ? [] : [type]));
  assert.deepEqual([...new Set(lacking)].toSorted(), MOTO_LACKS);

  // What moto does not make is broken; of a key that its CloudFormation made it cannot tell (it answers 500).
  const doctor = await person.json<{ parts: { part: string; health: string }[] }>('doctor', '--stack', stack);
  assert.equal(doctor.exitCode, 1);
  assert.deepEqual(Object.fromEntries(doctor.parts.map(({ part, health }) => [part, health])), {
    stack: 'works',
    trail: 'broken',
    'rule for calls': 'works',
    'rule for objects': 'works',
    'rule for new buckets': 'works',
    'function for events': 'works',
    'function for tasks': 'works',
    'function for objects': 'works',
    subscription: 'broken',
    key: 'unknown',
    hearing: 'unknown',
    'look at all': 'unknown',
    'mails about objects': 'unknown',
    'dead letters': 'works',
    'events of objects': 'works',
  });
  // What the deployed guard changed is brought back by its receipt, which lies in the table of the stack.
  const idOf = (name: string) =>
    StackResourceSummaries.find(({ LogicalResourceId }) => LogicalResourceId === name)?.PhysicalResourceId ?? '';
  await using guard = await guardInAccount({
    HOLDFAST_GUARD_STACK: stack,
    HOLDFAST_GUARD_TABLE: idOf('Table'),
    HOLDFAST_GUARD_TOPIC: idOf('Topic'),
  });
  using s3 = disposable(new S3Client({ ...at, forcePathStyle: true }));
  const Bucket = `${stack}-new`;
  await s3.send(new CreateBucketCommand({ Bucket, ObjectOwnership: 'BucketOwnerEnforced' }));
  const { log } = await guard.later(recorded('create-bucket', Bucket));
  const receiptId = String(log.find((line) => 'receiptId' in line)?.['receiptId']);
  await s3.send(new GetPublicAccessBlockCommand({ Bucket }));
  assert.equal((await person.run('undo', receiptId)).exitCode, 3, 'it is none of this computer');
  const undone = await person.run('undo', receiptId, '--guard', stack);
  assert.equal(undone.exitCode, 0, undone.stderr);
  await assert.rejects(s3.send(new GetPublicAccessBlockCommand({ Bucket })), /NoSuchPublicAccessBlock|not found/);

  // What the notices of objects do to a bucket, and take back.
  const keeps = await newQueue();
  const Events = ['s3:ObjectCreated:*' as const];
  const NotificationConfiguration = { QueueConfigurations: [{ QueueArn: keeps.arn, Events }] };
  await s3.send(new PutBucketNotificationConfigurationCommand({ Bucket, NotificationConfiguration }));
  const on = await person.run('notices', 'on', `${Bucket}/plans/`, '--stack', stack);
  assert.equal(on.exitCode, 0, on.stderr);
  assert.match(
    on.stdout,
    /Told of: .*-new\/plans\/\nThe events of .* go to EventBridge from now on.*\nIts 1 other notif/,
  );
  assert.match((await person.run('notices', 'list', '--stack', stack)).stdout, /-new\/plans\/\n/);
  // Somebody else writes its notifications, and leaves out what the notices had added.
  await s3.send(new PutBucketNotificationConfigurationCommand({ Bucket, NotificationConfiguration }));
  const deaf = await person.json<{ parts: { part: string; detail: string }[] }>('doctor', '--stack', stack);
  const said = deaf.parts.find(({ part }) => part === 'events of objects')?.detail ?? '';
  assert.match(said, new RegExp(`switched off for ${Bucket}; .* notices on ${Bucket}`));
  const off = await person.run('notices', 'off', Bucket, '--stack', stack);
  assert.equal(off.exitCode, 0, off.stderr);
  const left = await s3.send(new GetBucketNotificationConfigurationCommand({ Bucket }));
  assert.deepEqual(
    left.QueueConfigurations?.map((each) => each.QueueArn),
    [keeps.arn],
  );
  assert.equal((await person.run('notices', 'off', Bucket, '--stack', stack)).exitCode, 3);
  assert.equal((await person.run('notices', 'on', '/', '--stack', stack)).exitCode, 2);

  const nowhere = await person.run('doctor', '--stack', 'guard-that-is-not-there');
  assert.equal(nowhere.exitCode, 3);
  assert.match(nowhere.stderr, /buckets deploy/);
});

test(
  'buckets doctor tells of trail, rules, subscription and keys which works, and how to mend what does not',
  { skip: withoutMoto },
  async () => {
    const stack = `guard-${newId().slice(-12)}`;
    const endpoint = motoEndpoint ?? '';
    // Nobody else is there: its trail is found by whoever deploys a guard.
    const region = 'eu-north-1';
    await using person = await guardPerson({ AWS_ENDPOINT_URL: endpoint, AWS_REGION: region });
    const at = { endpoint, region, credentials: { accessKeyId: 'local', secretAccessKey: 'local' } };
    using formation = disposable(new CloudFormationClient(at));
    using s3 = disposable(new S3Client({ ...at, forcePathStyle: true }));
    using trails = disposable(new CloudTrailClient(at));
    using kms = disposable(new KMSClient(at));
    using sqs = disposable(new SQSClient(at));
    using sns = disposable(new SNSClient(at));
    using events = disposable(new EventBridgeClient(at));
    const named = ['deploy', '--stack', stack, '--email', 'security@example.org'];

    const CreateBucketConfiguration = { LocationConstraint: region } as const;
    await s3.send(new CreateBucketCommand({ Bucket: stack, CreateBucketConfiguration }));
    const { TrailARN = '' } = await trails.send(new CreateTrailCommand({ Name: stack, S3BucketName: stack }));
    await using _trail = {
      [Symbol.asyncDispose]: async () => void (await trails.send(new DeleteTrailCommand({ Name: stack }))),
    };
    const records = async (ReadWriteType: 'All' | 'ReadOnly'): Promise<void> => {
      const EventSelectors = [{ ReadWriteType, IncludeManagementEvents: true }];
      await trails.send(new PutEventSelectorsCommand({ TrailName: TrailARN, EventSelectors }));
    };
    await records('ReadOnly');
    await trails.send(new StartLoggingCommand({ Name: TrailARN }));
    assert.equal((await person.json<DeployJson>(...named)).trail, null, 'it leaves out what writes');
    await records('All');
    const { KeyMetadata } = await kms.send(new CreateKeyCommand({}));
    const key = KeyMetadata?.Arn ?? '';
    const made = await person.json<DeployJson>(...named, '--kms-key', key, '--apply');
    assert.equal(made.trail, TrailARN, 'one that is there is taken');

    const { StackResourceSummaries = [] } = await formation.send(new ListStackResourcesCommand({ StackName: stack }));
    const idOf = (name: string) =>
      StackResourceSummaries.find(({ LogicalResourceId }) => LogicalResourceId === name)?.PhysicalResourceId ?? '';
    assert.equal(idOf('TrailBucket'), '', 'and no other one is made');
    const subscribe = async (Endpoint: string) =>
      await sns.send(new SubscribeCommand({ TopicArn: idOf('Topic'), Protocol: 'email', Endpoint }));
    const parts = async (): Promise<ReadonlyMap<string, string>> => {
      const doctor = await person.json<{ parts: { part: string; health: string; detail: string }[] }>(
        'doctor',
        '--stack',
        stack,
      );
      assert.equal(doctor.exitCode, 1);
      return new Map(doctor.parts.map(({ part, health, detail }) => [part, `${health}: ${detail}`]));
    };
    await subscribe('somebody.else@example.org');
    const first = await parts();
    assert.match(
      first.get('subscription') ?? '',
      /^broken: security@example\.org is not subscribed.*aws sns subscribe /,
    );
    assert.equal(first.get('trail'), 'works: it records what changes buckets');
    assert.match(first.get('rule for calls') ?? '', /^works/);
    assert.match(first.get('key for new buckets') ?? '', /^works/);

    await subscribe('Security@example.org');
    await records('ReadOnly');
    await kms.send(new DisableKeyCommand({ KeyId: KeyMetadata?.KeyId }));
    const EventPattern = JSON.stringify({ source: ['aws.s3'], detail: { eventName: ['CreateBucket'] } });
    await events.send(new PutRuleCommand({ Name: idOf('BucketCalls'), EventPattern }));
    await events.send(new RemoveTargetsCommand({ Rule: idOf('ObjectChanges'), Ids: ['objects'] }));
    const second = await parts();
    assert.match(second.get('subscription') ?? '', /^works/);
    assert.match(second.get('trail') ?? '', /^broken: it leaves out management events that write/);
    assert.match(second.get('key for new buckets') ?? '', /^broken: it is Disabled; enable it.* --kms-key ARN --apply/);
    assert.match(
      second.get('rule for calls') ?? '',
      /^broken: it does not hear DeleteBucket, .*TagResource.*--revert-drift --apply/,
    );
    assert.match(
      second.get('rule for objects') ?? '',
      /^broken: it no longer fills .*ObjectQueue.*--revert-drift --apply/,
    );
    await sqs.send(new SendMessageCommand({ QueueUrl: idOf('DeadLetters'), MessageBody: 'what nobody could read' }));
    await trails.send(new StopLoggingCommand({ Name: TrailARN }));
    const third = await parts();
    assert.match(third.get('dead letters') ?? '', /^broken: 1 event or task could not .*start-message-move-task/);
    assert.match(third.get('trail') ?? '', /^broken: it records nothing; start it: aws cloudtrail start-logging/);
  },
);

test(
  'buckets deploy --package writes the template, and the code in a zip that another program reads',
  { skip: withoutLint },
  async () => {
    await using person = await guardPerson({});
    const { exitCode, stderr } = await person.run('deploy', '--package', folder);
    assert.equal(exitCode, 0, stderr);
    const [zip = '', template] = readdirSync(folder).toSorted();
    assert.equal(template, 'guard.yaml');
    assert.match(zip, /^guard-[0-9a-f]{32}\.zip$/);
    assert.deepEqual(readFileSync(join(folder, 'guard.yaml')), readFileSync(TEMPLATE));
    const script = `import sys, zipfile
z = zipfile.ZipFile(sys.argv[1])
assert z.testzip() is None
[i] = z.infolist()
print(i.filename, oct(i.external_attr >> 16))
open(sys.argv[2], 'wb').write(z.read(i))`;
    const unpacked = join(folder, 'unpacked');
    const python = join(ROOT, '.services/moto/bin/python');
    const said = execFileSync(python, ['-c', script, join(folder, zip), unpacked], { encoding: 'utf8' });
    assert.equal(said.trim(), 'index.mjs 0o100644');
    assert.deepEqual(readFileSync(unpacked), readFileSync(join(ROOT, 'dist/guard-lambda.js')));
  },
);

function disposable<Client extends { destroy(): void }>(client: Client): Client & Disposable {
  return Object.assign(client, { [Symbol.dispose]: () => client.destroy() });
}
