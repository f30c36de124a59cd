import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { test } from 'node:test';
import { openGraceQueue } from '../../src/buckets/index.ts';

test('a queue that could not be found once is looked for again by the next event', async () => {
  const asked: string[] = [];
  const sent: string[] = [];
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { MessageBody = '' } = (await json(request)) as { readonly MessageBody?: string };
    const [, act = ''] = String(request.headers['x-amz-target']).split('.');
    asked.push(act);
    const isRefused = asked.length === 1;
    if (act === 'SendMessage') sent.push(MessageBody);
    response.writeHead(isRefused ? 403 : 200, { 'content-type': 'application/x-amz-json-1.0' });
    const refusal = { __type: 'com.amazon.coral.service#AccessDeniedException', message: 'not yet' };
    const MD5OfMessageBody = createHash('md5').update(MessageBody).digest('hex');
    const given = { QueueUrl: 'https://queues.example/1/grace', MessageId: '1', MD5OfMessageBody };
    response.end(JSON.stringify(isRefused ? refusal : given));
  };
  const server = createServer((request, response) => void answer(request, response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  process.env['AWS_ACCESS_KEY_ID'] = 'someone';
  process.env['AWS_SECRET_ACCESS_KEY'] = 'something';
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  await using queue = openGraceQueue({ arn: 'arn:aws:sqs:eu-central-1:1:grace', region: 'eu-central-1', endpoint });
  try {
    await assert.rejects(queue.again('one', 60), { name: 'AccessDeniedException' });
    await queue.again('two', 60);
    await queue.again('three', 60);
    assert.deepEqual(asked, ['GetQueueUrl', 'GetQueueUrl', 'SendMessage', 'SendMessage']);
    assert.deepEqual(sent, ['two', 'three']);
  } finally {
    server.closeAllConnections();
    server.close();
  }
});
