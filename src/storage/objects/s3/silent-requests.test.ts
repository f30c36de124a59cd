/** A store that works says nothing meanwhile: that is no connection on which nothing moves any more. */
import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import { test } from 'node:test';
import { EMPTY_LIST, type ScriptedAnswer, scriptedS3 } from '../../../../test/support/s3/scripted-s3.ts';
import { bytesBody } from '../body.ts';

const xml = (text: string): ScriptedAnswer => [200, 'application/xml', text];
const PARTS = '<R><Bucket>team</Bucket><Part><PartNumber>1</PartNumber><Size>1</Size><ETag>"0"</ETag></Part></R>';
const STALL_MS = 500;

test('parts that a store puts together for longer than a line may be silent are asked for once, and a copy too', async () => {
  const slow: string[] = [];
  const answer = async (_: string, asked: string): Promise<ScriptedAnswer> => {
    const [method = '', path = ''] = asked.split(' ');
    const { searchParams } = new URL(path, 'http://store');
    if (method === 'DELETE') return [204, 'application/xml', ''];
    if (searchParams.has('uploads') && method === 'POST')
      return xml('<R><Bucket>team</Bucket><UploadId>one</UploadId></R>');
    const isCopy = method === 'PUT' && path.startsWith('/team/copy');
    if (isCopy || method === 'POST') {
      slow.push(`${method} ${searchParams.get('uploadId') ?? ''}`);
      await delay(3 * STALL_MS);
      return xml('<R><Bucket>team</Bucket><ETag>"0"</ETag></R>');
    }
    if (method === 'PUT') return [200, 'application/xml', '', { etag: '"0"' }];
    if (method === 'GET' && searchParams.has('uploadId')) return xml(PARTS);
    // Nothing tells whose object it is, so that a lost answer would stay lost.
    return method === 'HEAD' ? [200, 'text/plain', 'x', { etag: '"0"' }] : EMPTY_LIST;
  };
  await using setup = await scriptedS3(answer, undefined, { s3StallTimeoutMs: STALL_MS });
  const { store } = setup;
  const { uploadId } = await store.multipart.create('large');
  const part = await store.multipart.putPart('large', uploadId, 1, bytesBody(Buffer.from('x')));
  assert.equal((await store.multipart.complete('large', uploadId, [part])).key, 'large');
  assert.equal((await store.copy('large', 'copy')).key, 'copy');
  assert.deepEqual(slow, ['POST one', 'PUT ']);
});
