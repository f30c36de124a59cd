import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { test } from 'node:test';
import { storageErrors } from './errors.ts';
import { isRetryable, storageSettings } from './index.ts';

test('importing the storage loads no package, so that no cloud SDK costs anybody who does not use it', () => {
  const script = `
    import { registerHooks } from 'node:module';
    registerHooks({
      resolve(specifier, context, next) {
        const resolved = next(specifier, context);
        console.log(resolved.url);
        return resolved;
      },
    });
    await import(${JSON.stringify(new URL('index.ts', import.meta.url).href)});`;
  const output = execFileSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' });
  const loaded = output.split('\n').filter((url) => url !== '');
  assert.ok(loaded.some((url) => url.endsWith('/storage/records/sqlite/sqlite.ts')));
  const foreign = loaded.filter((url) => url.includes('/node_modules/') || !/^(?:file|node):/.test(url));
  assert.deepEqual(foreign, []);
  assert.deepEqual(
    loaded.filter((url) => /contract|\.test\.|\/test\//.test(url)),
    [],
  );
});

test('only errors of a store that was away are worth another try', () => {
  const codes = Object.keys(storageErrors.entries) as (keyof typeof storageErrors.entries)[];
  const retryable = codes.filter((code) => isRetryable(storageErrors(code)));
  assert.deepEqual(retryable, ['store_unavailable', 'records_unavailable']);
  assert.equal(isRetryable(new Error('store_unavailable')), false);
});

test('every setting has its default within its range', () => {
  for (const [name, { default: value, min, max }] of Object.entries(storageSettings)) {
    assert.ok(min <= value && value <= max, name);
  }
});
