import assert from 'node:assert/strict';
import { test } from 'node:test';
import { breaches } from '../../scripts/check-house.ts';

// Halves of what is looked for, so that these tests are not found themselves.
const AT = '@';
const OX = 'ox';
const TO = 'TO';

function reasons(path: string, text: string): string {
  return breaches([{ path, text }]).join('\n');
}

test('a file or folder whose name says nothing is refused', () => {
  assert.match(reasons('src/files/utils.ts', ''), /says nothing/);
  assert.match(reasons('src/helpers/open.ts', ''), /says nothing/);
  assert.match(reasons('src/files/common.test.ts', ''), /says nothing/);
  assert.equal(reasons('src/files/store.ts', ''), '');
});

test('a file of 400 lines passes and one of 401 does not', () => {
  assert.equal(reasons('src/a.ts', 'x\n'.repeat(400)), '');
  assert.match(reasons('src/a.ts', 'x\n'.repeat(401)), /401 lines/);
});

test('a silenced check and work left over are found with their line', () => {
  assert.match(reasons('src/a.ts', `\n// ${AT}ts-ignore\n`), /^src\/a\.ts:2: /);
  assert.match(reasons('src/a.ts', `// ${OX}lint-disable-next-line\n`), /silences a check/);
  assert.match(reasons('src/a.ts', `// ${TO}DO later\n`), /not done/);
});

test('a lock file that names a download address is refused', () => {
  assert.match(
    reasons('package-lock.json', '{\n"resolved": "https://registry.example/x.tgz"\n}'),
    /^package-lock\.json:2: /,
  );
  assert.equal(reasons('package-lock.json', '{\n"integrity": "sha512-x"\n}'), '');
});

test('an installer whose pipe may be left before its end is refused: it would fail now and then', () => {
  assert.match(reasons('scripts/services/a.sh', 'found=$(a version | head -n 1)'), /^scripts\/services\/a\.sh:1: /);
  assert.match(reasons('scripts/services/a.sh', '\na stat | grep -xq up'), /^scripts\/services\/a\.sh:2: /);
  assert.equal(reasons('scripts/services/a.sh', 'found=$(a version | sed -n 1p)'), '');
  assert.equal(reasons('scripts/services/a.sh', 'grep -q up file'), '');
});
