import assert from 'node:assert/strict';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { systemClock } from '../../src/base/clock.ts';
import { openOwnerMailer } from '../../src/buckets/index.ts';
import { memoryRecordStore } from '../../src/storage/index.ts';
import { pointSdkAt } from '../support/aws/moto.ts';

/** An Amazon SNS that refuses what it refuses for good, and confirms everything else at once. */
async function stubbornSns(refuses: (endpoint: string) => boolean) {
  const asked: string[] = [];
  const filters: string[] = [];
  const published: string[] = [];
  const answer = async (request: http.IncomingMessage, response: http.ServerResponse): Promise<void> => {
    const form = new URLSearchParams((await Array.fromAsync(request)).join(''));
    const endpoint = form.get('Endpoint') ?? '';
    asked.push(`${form.get('Action')} ${endpoint || form.get('SubscriptionArn')}`);
    if (endpoint.startsWith('+')) filters.push(form.get('Attributes.entry.1.value') ?? '');
    if (form.get('Action') === 'Publish') published.push([...form.values()].join(' '));
    if (refuses(endpoint)) {
      response.writeHead(400, { 'content-type': 'text/xml' });
      response.end(
        '<ErrorResponse><Error><Type>Sender</Type><Code>InvalidParameter</Code><Message>Invalid parameter: Endpoint</Message></Error></ErrorResponse>',
      );
      return;
    }
    response.writeHead(200, { 'content-type': 'text/xml' });
    response.end(
      form.get('Action') === 'Subscribe'
        ? `<SubscribeResponse><SubscribeResult><SubscriptionArn>arn:aws:sns:us-east-1:123456789012:t:${asked.length}</SubscriptionArn></SubscribeResult></SubscribeResponse>`
        : '<GetSubscriptionAttributesResponse><GetSubscriptionAttributesResult><Attributes><entry><key>PendingConfirmation</key><value>false</value></entry></Attributes></GetSubscriptionAttributesResult></GetSubscriptionAttributesResponse>',
    );
  };
  const server = http.createServer((request, response) => void answer(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    asked,
    /** Of phones. */
    filters,
    /** All that a message says. */
    published,
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

test('an owner whom Amazon SNS refuses for good is not reached, and not asked for again each minute', async () => {
  await using sns = await stubbornSns((endpoint) => endpoint === '..@example.org');
  pointSdkAt(sns.endpoint);
  const place = { arn: 'arn:aws:sns:us-east-1:123456789012:t', region: 'us-east-1', endpoint: sns.endpoint };
  await using mailer = await openOwnerMailer(place, { records: memoryRecordStore(), clock: systemClock });
  for (const _ of [1, 2]) assert.equal(await mailer.reaches('..@example.org', null), false);
  assert.deepEqual(sns.asked, ['Subscribe ..@example.org']);
});

test('a phone that Amazon SNS refuses, such as one that two owners share, keeps no mail back', async () => {
  await using sns = await stubbornSns((endpoint) => endpoint.startsWith('+'));
  pointSdkAt(sns.endpoint);
  const place = { arn: 'arn:aws:sns:us-east-1:123456789012:t', region: 'us-east-1', endpoint: sns.endpoint };
  await using mailer = await openOwnerMailer(place, { records: memoryRecordStore(), clock: systemClock });
  for (const _ of [1, 2]) assert.equal(await mailer.reaches('ada@example.org', '+4915112345678'), true);
  assert.equal(sns.asked.filter((each) => each.startsWith('Subscribe +')).length, 1);
});

test('the phone that an owner had before gets nothing any more', async () => {
  await using sns = await stubbornSns(() => false);
  pointSdkAt(sns.endpoint);
  const place = { arn: 'arn:aws:sns:us-east-1:123456789012:t', region: 'us-east-1', endpoint: sns.endpoint };
  await using mailer = await openOwnerMailer(place, { records: memoryRecordStore(), clock: systemClock });
  const mail = { subject: 'plans', text: 'plans: 1 put', short: 'plans' };
  for (const phone of ['+4915112345678', '+4915187654321', null]) {
    assert.equal(await mailer.reaches('ada@example.org', phone), true);
    await mailer.publish('ada@example.org', { ...mail, phone });
  }
  const [first, second] = sns.filters.map((text) => (JSON.parse(text) as { phone: [string] }).phone[0]);
  const heardBy = (phone: string | undefined): boolean[] => sns.published.map((text) => text.includes(phone ?? '-'));
  assert.deepEqual(heardBy(first), [true, false, false]);
  assert.deepEqual(heardBy(second), [false, true, false]);
  assert.ok(!sns.published.some((text) => text.includes('49151')), 'no number is shown to who reads along');
});
