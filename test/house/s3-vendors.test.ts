import assert from 'node:assert/strict';
import { test } from 'node:test';
import { vendors } from '../../src/config/objects-url.ts';
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
