import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseRemotePath, remoteText } from './remote-path.ts';

test('a path starts at the own drive or at a named one', () => {
  assert.deepEqual(parseRemotePath('/'), { drive: null, segments: [], into: true });
  assert.deepEqual(parseRemotePath('/a/b c/d'), { drive: null, segments: ['a', 'b c', 'd'], into: false });
  assert.deepEqual(parseRemotePath('/a//b/'), { drive: null, segments: ['a', 'b'], into: true });
  assert.deepEqual(parseRemotePath('Team files:/x'), { drive: 'Team files', segments: ['x'], into: false });
  assert.deepEqual(parseRemotePath('Team: A:/x:/y'), { drive: 'Team: A', segments: ['x:', 'y'], into: false });
  assert.deepEqual(parseRemotePath('/x:/y'), { drive: null, segments: ['x:', 'y'], into: false });
  assert.equal(remoteText('Team', ['a', 'b']), 'Team:/a/b');
});

test('what is no path is refused, with the likely one', () => {
  for (const text of ['', 'a', './a', 'a/b', ':/a', '/a/../b', '/./a', 'C:\\a', 'a/b:/c', '/\ud800']) {
    assert.throws(() => parseRemotePath(text), { code: 'remote_path_invalid' }, text);
  }
  assert.throws(() => parseRemotePath('work/plan.pdf'), { remedy: 'Did you mean: /work/plan.pdf' });
});
