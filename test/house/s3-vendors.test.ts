import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readObjectsUrl, vendors } from '../../src/config/objects-url.ts';
import { MAX_KEY_LENGTH } from '../../src/storage/objects/object-key.ts';
import { s3Vendors, vendorOf } from '../../src/storage/objects/s3/vendors.ts';

test('the vendors that the address of a store may name are those that the store knows', () => {
  assert.deepEqual(Object.keys(s3Vendors).toSorted(), [...vendors].toSorted());
});

test('a vendor is known by its host; a host of nobody gets what every store can do', () => {
  assert.equal(vendorOf(null), 'aws');
  assert.equal(vendorOf('https://s3.eu-central-1.amazonaws.com'), 'aws');
  assert.equal(vendorOf('https://abc.eu.r2.cloudflarestorage.com'), 'r2');
  assert.equal(vendorOf('https://s3.fr-par.scw.cloud'), 'scaleway');
  assert.equal(vendorOf('https://amazonaws.com.example.org'), 'other');
  assert.equal(vendorOf('http://127.0.0.1:9000'), 'other');
});

test('the longest key below the longest prefix that an address takes is one that every S3 store takes', () => {
  const prefixOf = (length: number): string | null => {
    const names = Array.from({ length: 4 }, () => 'x'.repeat(length)).join('/');
    const from = { name: 'HOLDFAST_OBJECTS', what: 'objects', fallbackFolder: '/srv', endpoint: null };
    const place = readObjectsUrl({ ...from, text: `s3://bucket/${names}` }, () => undefined);
    return place.kind === 's3' ? place.prefix : null;
  };
  const longest = prefixOf(100) ?? '';
  assert.equal(prefixOf(101), null);
  assert.ok(longest.length > 400 && longest.length + MAX_KEY_LENGTH <= 1024, `${longest.length} and ${MAX_KEY_LENGTH}`);
});
