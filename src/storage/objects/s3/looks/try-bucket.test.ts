/** What a bucket can do is believed when it was seen, and not when a store says that it did it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EMPTY_LIST, type ScriptedAnswer, scriptedS3 } from '../../../../../test/support/s3/scripted-s3.ts';

const xml = (status: number, text: string): ScriptedAnswer => [status, 'application/xml', text];
const refusal = (code: string): ScriptedAnswer => xml(400, `<Error><Code>${code}</Code></Error>`);
const STORED: ScriptedAnswer = [200, 'application/xml', '', { etag: '"0"' }];

/** Says yes to everything: it takes no notice of conditions and ranges, and stops at so many parts. */
const easygoing =
  (mostParts: number, asked: string[] = []) =>
  (_: string, line: string): ScriptedAnswer => {
    asked.push(line);
    const [method = '', path = ''] = line.split(' ');
    const { pathname, searchParams } = new URL(path, 'http://store');
    const part = searchParams.get('partNumber');
    if (part !== null) return Number(part) <= mostParts ? STORED : refusal('InvalidArgument');
    if (method === 'PUT') return STORED;
    if (method === 'DELETE') return [204, 'application/xml', ''];
    if (method === 'POST') return xml(200, '<R><Bucket>team</Bucket><UploadId>one</UploadId></R>');
    if (searchParams.has('object-lock')) return refusal('NotImplemented');
    return pathname.startsWith('/team/probe-') ? [200, 'text/plain', '0123456789', { etag: '"0"' }] : EMPTY_LIST;
  };

test('a store that answers with the whole where a part was asked for, and stops at few parts, is found out', async () => {
  const asked: string[] = [];
  await using setup = await scriptedS3(easygoing(1_000, asked));
  const { store } = setup;
  const found = await store.learn();
  assert.deepEqual(found, {
    createOnly: false,
    versions: true,
    deletesVersions: true,
    objectLock: 'off',
    ranges: false,
    parts: true,
    maxParts: 1_000,
  });
  assert.deepEqual(store.properties, { ...store.properties, ...found }, 'whoever asks the store is told so too');
  assert.ok(
    asked.some((line) => line.startsWith('DELETE') && line.includes('uploadId=one')),
    'nothing is left behind',
  );

  asked.length = 0;
  assert.deepEqual(await store.learn(found), found);
  assert.deepEqual(asked, [], 'what is known is not tried again');
  const { ranges, parts, maxParts, ...ofAnEarlierRelease } = found;
  await store.learn(ofAnEarlierRelease as typeof found);
  assert.ok(asked.length > 0, 'what an earlier release did not try is');
  assert.deepEqual([store.properties.ranges, store.properties.maxParts], [ranges, maxParts]);
  assert.equal(parts, true);
});

test('a store that takes no part at all is no reason not to start, and is told', async () => {
  await using setup = await scriptedS3(easygoing(0));
  const { parts, maxParts } = await setup.store.learn();
  assert.deepEqual([parts, maxParts], [false, 10_000]);
});

test('an upload that was tried and may not be ended is no reason not to start', async () => {
  const answers = easygoing(1_000);
  await using setup = await scriptedS3((request, line) =>
    line.startsWith('DELETE') && line.includes('uploadId=')
      ? xml(403, '<Error><Code>AccessDenied</Code></Error>')
      : answers(request, line),
  );
  const { parts, maxParts } = await setup.store.learn();
  assert.deepEqual([parts, maxParts], [true, 1_000]);
});
