import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { allCalls } from './calls.ts';

test('the rule of the template listens for just the calls that the guard reads', () => {
  const template = readFileSync(join(import.meta.dirname, '../../../deploy/aws/guard.yaml'), 'utf8');
  const names = /\n {10}eventName:\n((?: {12}- \w+\n)+)/.exec(template)?.[1] ?? '';
  const listened = names.trim().split(/\s*- /).filter(Boolean);
  assert.deepEqual(listened.toSorted(), allCalls.toSorted());
});
