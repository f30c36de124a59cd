import assert from 'node:assert/strict';
import { test } from 'node:test';
import { systemClock } from '../../../base/clock.ts';
import { hasCode } from '../../../base/errors.ts';
import { silentLog } from '../../../base/log.ts';
import { bytesBody } from '../body.ts';
import { Turns } from '../turns.ts';
import type { S3Bucket } from './bucket.ts';
import type { Send } from './client.ts';
import { type S3VendorName, s3Vendors } from './vendors.ts';
import { partBytesFor, s3Put } from './write.ts';

const MIB = 2 ** 20;
const GIB = 2 ** 30;

interface Sent {
  readonly command: string;
  readonly bytes: number;
}

/** A bucket that takes everything, and tells what it was sent. */
function bucketOf(properties: Partial<S3Bucket['properties']>, partBytes = 5 * MIB) {
  const sent: Sent[] = [];
  const commands = new Proxy(
    {},
    {
      get: (_target, command: string) =>
        class {
          readonly asked;
          constructor({ ContentLength: bytes = 0 }: { readonly ContentLength?: number }) {
            this.asked = { command: command.replace(/Command$/, ''), bytes };
          }
        },
    },
  );
  const client = {
    async send({ asked }: { readonly asked: Sent }) {
      sent.push(asked);
      return { UploadId: 'one', ETag: '"x"', $metadata: {} };
    },
  };
  const send = ((_attempted, call) => call(commands as never, client as never, {})) as Send;
  const bucket = {
    ...{ send, bucket: 'team', place: { prefix: '', encryption: null }, vendor: s3Vendors.other, clock: systemClock },
    ...{ log: silentLog, parts: new Turns(16, Infinity), partBytes, stallTimeoutMs: 1000 },
    properties: { createOnly: true, maxObjectBytes: 100 * MIB, minPartBytes: 5 * MIB, maxParts: 10_000, ...properties },
  } as unknown as S3Bucket;
  return { put: s3Put(bucket), sent };
}

const bodyOf = (mib: number) => bytesBody(Buffer.alloc(mib * MIB));
const parts = (sent: readonly Sent[]): number[] =>
  sent.filter(({ command }) => command === 'UploadPart').map(({ bytes }) => bytes / MIB);

test('the largest object of every vendor fits into the parts that it takes, each of a size that S3 takes', () => {
  for (const name of Object.keys(s3Vendors) as S3VendorName[]) {
    const { maxObjectBytes, maxParts, minPartBytes } = s3Vendors[name];
    const properties = { maxObjectBytes, maxParts, minPartBytes } as S3Bucket['properties'];
    const bytes = partBytesFor({ partBytes: 8 * MIB, properties } as S3Bucket, maxObjectBytes);
    assert.ok(bytes >= minPartBytes, name);
    // Of one part, in the manual of S3 under “Multipart upload limits”.
    assert.ok(bytes <= 5 * GIB, `${name}: parts of ${bytes / GIB} GiB`);
    assert.ok(Math.ceil(maxObjectBytes / bytes) <= maxParts, name);
  }
});

test('parts grow for a store that takes few of them, and stay of one size', async () => {
  const { put, sent } = bucketOf({ maxParts: 3 });
  await put('a', bodyOf(16), { size: 16 * MIB });
  assert.deepEqual(parts(sent), [6, 6, 4]);
});

test('what a store has no room for is refused: before a byte of it is sent, or with nothing left there', async () => {
  const refused = (error: unknown) => hasCode(error, 'object_too_large');
  const announced = bucketOf({ maxObjectBytes: 20 * MIB });
  await assert.rejects(announced.put('a', bodyOf(21), { size: 21 * MIB }), refused);
  assert.deepEqual(announced.sent, []);
  // Of a length that nobody knows, in more parts than there may be.
  const { put, sent } = bucketOf({ maxParts: 3 });
  const pieces = async function* () {
    for (let piece = 0; piece < 16; piece += 1) yield Buffer.alloc(MIB);
  };
  await assert.rejects(put('a', pieces()), refused);
  assert.deepEqual(
    sent.map(({ command }) => command).filter((command) => command !== 'UploadPart'),
    ['CreateMultipartUpload', 'AbortMultipartUpload'],
  );
});
