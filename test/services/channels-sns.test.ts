/** Amazon SNS as moto plays it: what subscribers get, and what becomes of every refusal. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { before, test } from 'node:test';
import {
  CreatePlatformApplicationCommand,
  CreatePlatformEndpointCommand,
  CreateTopicCommand,
  DeleteTopicCommand,
  SetEndpointAttributesCommand,
  SNSClient,
  SubscribeCommand,
} from '@aws-sdk/client-sns';
import { hasCode } from '../../src/base/errors.ts';
import { newId } from '../../src/base/ids.ts';
import { type Channel, channelKinds } from '../../src/notifications/channels/index.ts';
import { channelDeps, going, letter } from '../../src/notifications/channels/test-letter.ts';
import { motoEndpoint, newQueue, pointSdkAt, type Queue, withoutMoto } from '../support/aws/moto.ts';

const skip = withoutMoto;
const REGION = 'us-east-1';
const aws = new SNSClient({
  region: REGION,
  endpoint: motoEndpoint ?? 'http://127.0.0.1:1',
  credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
});
before(() => pointSdkAt(motoEndpoint ?? ''));

async function newTopic(suffix = ''): Promise<{ topic: string; queue: Queue }> {
  const Attributes = suffix === '' ? {} : { FifoTopic: 'true', ContentBasedDeduplication: 'false' };
  const { TopicArn: topic = '' } = await aws.send(
    new CreateTopicCommand({ Name: `holdfast-${newId()}${suffix}`, Attributes }),
  );
  const queue = await newQueue(suffix);
  await aws.send(new SubscribeCommand({ TopicArn: topic, Protocol: 'sqs', Endpoint: queue.arn }));
  return { topic, queue };
}

function opened(config: object, timeoutMs = 20_000): Channel {
  const kind = channelKinds['sns'];
  assert.ok(kind);
  return kind.open(config, channelDeps({ channelTimeoutMs: timeoutMs }));
}

const unavailable = (retryAfterMs?: number) => (error: unknown) =>
  hasCode(error, 'channel_unavailable') && error.extra['retryAfterMs'] === retryAfterMs;
const refused = (error: unknown) => hasCode(error, 'channel_refused');
const invalid = (error: unknown) => hasCode(error, 'channel_destination_invalid');
const MEND = 900_000;

test('a letter published to a topic comes out of the queue that subscribed to it', { skip }, async () => {
  const { topic, queue } = await newTopic();
  await using channel = opened({ topic });
  await channel.deliver({ ...letter, subject: `Grüße\n${'x'.repeat(200)}` }, '', going);
  const [got, ...rest] = await queue.receive();
  assert.ok(got);
  assert.equal(rest.length, 0);
  assert.equal(got['TopicArn'], topic);
  assert.equal(got['Message'], `${letter.text}\n${letter.link}\n`);
  assert.equal(got['Subject'], `Grüße ${'x'.repeat(92)}…`);
  const attributes = got['MessageAttributes'] as Record<string, { Value: string }>;
  assert.equal(attributes['id']?.Value, letter.id);
  assert.equal(attributes['severity']?.Value, 'warning');
});

test('mail and phones that subscribed get a text of their own length', { skip }, async () => {
  let body = '';
  await using server = createServer((request, response) => {
    request.setEncoding('utf8').on('data', (part: string) => (body += part));
    request.on('end', () =>
      response.end('<PublishResponse><PublishResult><MessageId>1</MessageId></PublishResult></PublishResponse>'),
    );
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  pointSdkAt(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  await using channel = opened({ topic: `arn:aws:sns:${REGION}:123456789012:t` });
  await channel
    .deliver({ ...letter, text: '\u0001'.repeat(500_000) }, '', going)
    .finally(() => pointSdkAt(motoEndpoint ?? ''));
  server.closeAllConnections();
  const sent = new URLSearchParams(body);
  const message = JSON.parse(sent.get('Message') ?? '') as Record<string, string>;
  assert.equal(message['sms'], letter.short);
  assert.equal(message['email'], message['default']);
  assert.equal(sent.get('MessageStructure'), 'json');
  assert.ok(Buffer.byteLength(sent.get('Message') ?? '') <= 256 * 1024);
});

test('a topic that keeps an order gets a group, and drops a repeat by the letter’s id', { skip }, async () => {
  const { topic, queue } = await newTopic('.fifo');
  await using channel = opened({ topic });
  await channel.deliver(letter, '', going);
  await channel.deliver(letter, '', going);
  await channel.deliver({ ...letter, id: newId() }, '', going);
  assert.equal((await queue.receive()).length, 2);
});

test('another topic, a phone and an app are destinations too', { skip }, async () => {
  const { topic, queue } = await newTopic();
  await using channel = opened({ region: REGION });
  await channel.deliver(letter, topic, going);
  assert.equal((await queue.receive()).length, 1);
  await channel.deliver(letter, '+4915112345678', going);
  const application = await aws.send(
    new CreatePlatformApplicationCommand({
      Name: `a-${newId()}`,
      Platform: 'GCM',
      Attributes: { PlatformCredential: 'x' },
    }),
  );
  const { EndpointArn = '' } = await aws.send(
    new CreatePlatformEndpointCommand({ PlatformApplicationArn: application.PlatformApplicationArn, Token: newId() }),
  );
  channel.checkDestination(EndpointArn);
  await channel.deliver(letter, EndpointArn, going);
  await aws.send(new SetEndpointAttributesCommand({ EndpointArn, Attributes: { Enabled: 'false' } }));
  await assert.rejects(channel.deliver(letter, EndpointArn, going), refused);
});

test('destinations that can never work are refused before they are kept', async () => {
  await using channel = opened({});
  const wrong = [
    '',
    'ops',
    '+0123456789',
    '4915112345678',
    '+49 151 12345678',
    '+1234567890123456',
    'arn:aws:sns:us-east-1:1:t',
  ];
  for (const destination of [
    ...wrong,
    'arn:aws:sqs:us-east-1:123456789012:q',
    'arn:aws:sns:us-east-1:123456789012:a b',
  ]) {
    assert.throws(() => channel.checkDestination(destination), invalid, destination);
  }
  for (const config of [
    { topic: 'ops' },
    { topic: '+4915112345678' },
    { accessKeyId: 'x' },
    { secretAccessKey: 'x' },
  ]) {
    assert.throws(
      () => opened(config),
      (error) => hasCode(error, 'channel_config_invalid'),
      JSON.stringify(config),
    );
  }
  assert.deepEqual(channelKinds['sns']?.secretFields, ['secretAccessKey']);
});

test('a topic that is gone refuses for good, and examining tells it', { skip }, async () => {
  const { topic } = await newTopic();
  await using channel = opened({ topic });
  await channel.examine(going);
  await aws.send(new DeleteTopicCommand({ TopicArn: topic }));
  await assert.rejects(channel.deliver(letter, '', going), refused);
  await assert.rejects(channel.examine(going), refused);
});

test('examining a channel without a topic asks for something that every account may', { skip }, async () => {
  await using channel = opened({ region: REGION });
  await channel.examine(going);
});

test(
  'throttling and failures of SNS leave the letter waiting, and so does what a person must mend',
  { skip },
  async () => {
    const answers: [status: number, code: string, (error: unknown) => boolean][] = [
      [400, 'Throttling', unavailable()],
      [429, 'Throttled', unavailable()],
      [500, 'InternalError', unavailable()],
      [503, 'ServiceUnavailable', unavailable()],
      [400, 'KMSThrottling', unavailable()],
      [403, 'AuthorizationError', unavailable(MEND)],
      [403, 'InvalidClientTokenId', unavailable(MEND)],
      [403, 'SignatureDoesNotMatch', unavailable(MEND)],
      [400, 'InvalidParameter', refused],
      [400, 'OptedOut', refused],
      [404, 'NotFound', refused],
    ];
    let calls = 0;
    let answer = answers[0];
    await using server = createServer((request, response) => {
      calls += 1;
      request.resume();
      const [status, code] = answer ?? [500, ''];
      response.writeHead(status, { 'content-type': 'text/xml' });
      response.end(
        `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>no</Message></Error></ErrorResponse>`,
      );
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    pointSdkAt(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    try {
      await using channel = opened({ topic: `arn:aws:sns:${REGION}:123456789012:t` });
      for (answer of answers) await assert.rejects(channel.deliver(letter, '', going), answer[2], answer[1]);
      assert.equal(calls, answers.length, 'the SDK tried none of them again');
    } finally {
      server.closeAllConnections();
      pointSdkAt(motoEndpoint ?? '');
    }
  },
);

test('nobody there, nobody answering and no Region are told as such', { skip }, async () => {
  await using silent = createServer(() => undefined);
  silent.listen(0, '127.0.0.1');
  await once(silent, 'listening');
  const config = { topic: `arn:aws:sns:${REGION}:123456789012:t` };
  try {
    pointSdkAt(`http://127.0.0.1:${(silent.address() as AddressInfo).port}`);
    await using hanging = opened(config, 300);
    await assert.rejects(hanging.deliver(letter, '', going), /no answer within 300 ms/);
    const reason = new Error('stopping');
    await using stopping = opened(config);
    await assert.rejects(stopping.deliver(letter, '', { signal: AbortSignal.abort(reason) }), reason);
    pointSdkAt('http://127.0.0.1:1');
    await using away = opened(config);
    await assert.rejects(away.deliver(letter, '', going), /ECONNREFUSED/);
  } finally {
    silent.closeAllConnections();
    pointSdkAt(motoEndpoint ?? '');
  }
  await using nowhere = opened({});
  await assert.rejects(nowhere.deliver(letter, '+4915112345678', going), /no Region is known/);
});
