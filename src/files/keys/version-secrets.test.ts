import assert from 'node:assert/strict';
import { test } from 'node:test';
import { generateIdentity, newFileKey } from '../../age/index.ts';
import { driveKeys } from './drive-keys.ts';
import type { VersionRow } from '../records.ts';
import { code } from '../test-files.ts';
import { openVersion, sealVersion, type VersionSecrets } from './version-secrets.ts';

test('the private part of a version opens with its own facts only: each of them is bound into the seal', () => {
  const keys = driveKeys('drive', [generateIdentity('classic'), generateIdentity('classic')]);
  const place = { driveId: 'drive', entryId: 'entry' };
  const secrets: VersionSecrets = {
    fileKey: newFileKey(),
    sha256: 'a'.repeat(64),
    mediaType: 'text/plain',
    modifiedMs: 1,
    device: 'laptop',
    headerSha256: 'b'.repeat(64),
  };
  const object = { objectId: 'object', size: 300, sha256: 'c'.repeat(64), headerBytes: 168 };
  const unsealed = { versionId: 'v1', atMs: 5, authorId: 'ada', size: 100, restoredFrom: null, object };
  const row = sealVersion(keys.newest, place, unsealed, secrets);
  assert.equal(row.generation, 2);
  assert.deepEqual(openVersion(keys, place, row), secrets);

  const altered: [string, VersionRow][] = [
    ['version', { ...row, versionId: 'v2' }],
    ['size', { ...row, size: 101 }],
    ['object', { ...row, object: { ...object, objectId: 'other' } }],
    ['ciphertext hash', { ...row, object: { ...object, sha256: 'd'.repeat(64) } }],
    ['ciphertext size', { ...row, object: { ...object, size: 301 } }],
    ['header size', { ...row, object: { ...object, headerBytes: 169 } }],
    ['generation', { ...row, generation: 1 }],
    ['missing generation', { ...row, generation: 3 }],
    ['cut seal', { ...row, sealed: row.sealed.slice(0, -2) }],
    ['empty seal', { ...row, sealed: '' }],
  ];
  for (const [what, changed] of altered) {
    assert.throws(() => openVersion(keys, place, changed), code('drive_damaged'), what);
  }
  for (const elsewhere of [
    { ...place, driveId: 'other' },
    { ...place, entryId: 'other' },
  ]) {
    assert.throws(() => openVersion(keys, elsewhere, row), code('drive_damaged'));
  }
});
