/** Differences of texts, as the host guard shows them, applied by a real patch(1). */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { unifiedDiff } from '../../src/host/diff/unified.ts';

const skip = spawnSync('patch', ['--version']).error ? 'needs patch: npm run services:install -- patch' : false;
if (skip && process.env['HOLDFAST_SERVICES'] === 'required') throw new Error(skip);

test('patch(1) makes the one text of the other with it', { skip }, (context) => {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-diff-'));
  context.after(() => rmSync(folder, { recursive: true, force: true }));
  const names = { before: 'a', after: 'b', isHeading: () => false };
  const someLines = fc.array(fc.constantFrom('a', 'b', 'c', 'd'), { maxLength: 24 });
  const whole = (lines: readonly string[]) => lines.map((line) => `${line}\n`).join('');
  fc.assert(
    fc.property(someLines, someLines, (before, after) => {
      const diff = unifiedDiff(before, after, names);
      if (diff.length === 0) return assert.deepEqual(before, after);
      const path = join(folder, 'text');
      writeFileSync(path, whole(before));
      const ran = spawnSync('patch', ['--silent', '--fuzz=0', '-o', '-', path], {
        input: whole(diff),
        encoding: 'utf8',
      });
      assert.equal(ran.stdout, whole(after), `${ran.stderr}\n${diff.join('\n')}`);
    }),
    { numRuns: 40 },
  );
});
