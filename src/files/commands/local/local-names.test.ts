import assert from 'node:assert/strict';
import { basename, resolve } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { assertLocalName, localIdentity } from './local-names.ts';

test('a name that is taken is one plain file in its folder, whatever it is', () => {
  fc.assert(
    fc.property(
      fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('..', '.', '', '../x', '/etc', 'a/..')),
      (name) => {
        try {
          assertLocalName(name, 'linux');
        } catch {
          return;
        }
        assert.equal(resolve('/target', name), `/target/${name}`);
        assert.equal(basename(resolve('/target', name)), name);
      },
    ),
  );
});

test('Windows is spared its devices and its own separators', () => {
  for (const name of ['a\\b', 'C:x', 'nul', 'COM1.txt', 'lpt9', 'a.', 'a ', 'a?', '..\\up']) {
    assert.throws(() => assertLocalName(name, 'win32'), { code: 'local_name_refused' }, name);
  }
  for (const name of ['console', 'a b', '.env', '报告']) assertLocalName(name, 'win32');
});

test('two names are one where the disk does not tell them apart', () => {
  assert.notEqual(localIdentity('A', 'linux'), localIdentity('a', 'linux'));
  assert.equal(localIdentity('A', 'darwin'), localIdentity('a', 'darwin'));
  assert.equal(localIdentity('e\u0301', 'linux'), localIdentity('\u00e9', 'linux'));
});
