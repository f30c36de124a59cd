import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { hasCode } from '../../base/errors.ts';
import { namedInFiles } from './in-files.ts';

const limits = { largest: 1000, most: 10, known: [], signal: new AbortController().signal };

test('files are looked through with their line; what is large, binary, a link or a dependency is not', async (context) => {
  const root = await mkdtemp(join(tmpdir(), 'holdfast-references-'));
  context.after(() => rm(root, { recursive: true, force: true }));
  await mkdir(join(root, 'deploy'));
  await mkdir(join(root, 'node_modules'));
  await writeFile(join(root, 'deploy', 'site.yaml'), 'a: 1\nb: s3://acme-site/\nc: s3://acme-site/again\n');
  await writeFile(join(root, 'large.txt'), `s3://acme-large ${'x'.repeat(1000)}`);
  await writeFile(join(root, 'picture'), Buffer.from('s3://acme-picture\0'));
  await writeFile(join(root, 'node_modules', 'other.js'), 's3://acme-other');
  if (process.platform !== 'win32') await symlink(root, join(root, 'deploy', 'round'));
  const { named, leftOut } = await namedInFiles([root], limits);
  assert.deepEqual(
    named.map(({ name }) => name),
    ['acme-site'],
  );
  assert.match(named[0]?.where ?? '', /deploy.site\.yaml, line 2$/);
  assert.equal(leftOut.length, 1);
  await assert.rejects(namedInFiles([root], { ...limits, most: 2 }), (error) =>
    hasCode(error, 'buckets_references_unread'),
  );
  await assert.rejects(namedInFiles([join(root, 'gone')], limits), (error) =>
    hasCode(error, 'buckets_references_unread'),
  );
});
