import assert from 'node:assert/strict';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { dropOldCode } from './old-code.js';

const DAY_MS = 86_400_000;
const NOW = Date.UTC(2026, 10, 29);

/** A folder of compiled code, with builds that were last used so many days ago. */
function builds(days: Readonly<Record<string, number>>, files = 3) {
  const root = mkdtempSync(join(tmpdir(), 'old-code-'));
  const folder = join(root, 'compile');
  for (const [name, ago] of Object.entries(days)) {
    mkdirSync(join(folder, name, 'v24'), { recursive: true });
    for (let at = 0; at < files; at += 1) writeFileSync(join(folder, name, 'v24', String(at)), 'code');
    const seconds = (NOW - ago * DAY_MS) / 1000;
    utimesSync(join(folder, name), seconds, seconds);
  }
  return {
    root,
    folder,
    drop: (own: string): void => dropOldCode(folder, join(folder, own), NOW),
    left: (): readonly string[] => readdirSync(folder).toSorted(),
    [Symbol.dispose]: (): void => rmSync(root, { recursive: true, force: true }),
  };
}

test('compiled code of builds that were not used for a week goes, and the own is noted as used', () => {
  using compiled = builds({ own: 30, week: 8, recent: 6 });
  writeFileSync(join(compiled.folder, 'serve.cjs-1'), 'of an earlier release');
  utimesSync(join(compiled.folder, 'serve.cjs-1'), 1, 1);
  compiled.drop('own');
  assert.deepEqual(compiled.left(), ['own', 'recent']);
  assert.equal(statSync(join(compiled.folder, 'own')).mtimeMs, NOW);
  assert.equal(readdirSync(join(compiled.folder, 'own', 'v24')).length, 3);
});

test('of very many files some go, and the rest the next time', () => {
  using compiled = builds({ own: 2, old: 9 }, 2500);
  compiled.drop('own');
  assert.deepEqual(compiled.left(), ['dropped-old', 'own']);
  assert.equal(readdirSync(join(compiled.folder, 'dropped-old', 'v24')).length, 500);
  compiled.drop('own');
  assert.deepEqual(compiled.left(), ['own']);
});

test('what a link leads to stays, and what cannot be dropped keeps nothing else', () => {
  using compiled = builds({ own: 2, old: 9 });
  const elsewhere = join(compiled.root, 'elsewhere');
  mkdirSync(elsewhere);
  writeFileSync(join(elsewhere, 'mine'), 'mine');
  symlinkSync(elsewhere, join(compiled.folder, 'old', 'link'));
  utimesSync(join(compiled.folder, 'old'), 1, 1);
  // An earlier process was ended between the two steps, and the build was started and left again since.
  mkdirSync(join(compiled.folder, 'dropped-old', 'v24'), { recursive: true });
  writeFileSync(join(compiled.folder, 'dropped-old', 'v24', 'code'), '');
  compiled.drop('own');
  assert.deepEqual(compiled.left(), ['own']);
  assert.ok(existsSync(join(elsewhere, 'mine')));
});

test('without an own folder nothing is dropped', () => {
  using compiled = builds({ old: 9 });
  compiled.drop('own');
  assert.deepEqual(compiled.left(), ['old']);
});
