import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hasCode } from '../base/errors.ts';
import { readConfig } from './config.ts';

test('an empty --data, as of a variable that a script has not set, is not taken for this folder', () => {
  assert.throws(
    () => readConfig({ data: '' }, {}),
    (error) => hasCode(error, 'config_invalid') && /--data is empty/.test(String(error.extra['mistakes'])),
  );
});
