import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';

const KEPT_CODE = pathToFileURL(join(import.meta.dirname, 'kept-code.js')).href;
const LONG_AGO = new Date('2026-01-01');

/** A program that greets, and a process for each of its runs. */
function program() {
  const folder = mkdtempSync(join(tmpdir(), 'kept-code-'));
  const [path, cache] = [join(folder, 'greet.cjs'), join(folder, 'cache')];
  const greetWith = (word: string): void =>
    writeFileSync(
      path,
      `exports.run = async () => (await importBeside('./name.js')).name + greet();
      function greet() { return '${word}'; }`,
    );
  writeFileSync(join(folder, 'name.js'), "export const name = 'Ada ';");
  greetWith('hello');
  return {
    cache,
    greetWith,
    run(keepIn: string | null = cache): string {
      const script = `import { runKept } from '${KEPT_CODE}';
        const { exports, keep } = runKept(${JSON.stringify(path)}, ${JSON.stringify(keepIn)});
        process.stdout.write(await exports.run());
        keep();`;
      return execFileSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' });
    },
    kept: (): string => join(cache, readdirSync(cache)[0] ?? ''),
    [Symbol.dispose]: (): void => rmSync(folder, { recursive: true, force: true }),
  };
}

test('runKept keeps compiled code for its owner alone, and writes none while that fits', () => {
  using greeting = program();
  assert.equal(greeting.run(), 'Ada hello');
  assert.deepEqual(readdirSync(greeting.cache).length, 1);
  assert.equal(statSync(greeting.kept()).mode & 0o777, 0o600);
  utimesSync(greeting.kept(), LONG_AGO, LONG_AGO);
  assert.equal(greeting.run(), 'Ada hello');
  assert.deepEqual(statSync(greeting.kept()).mtime, LONG_AGO);
});

test('runKept runs a changed source, of the same length too, and keeps the code of that in the place of the other', () => {
  using greeting = program();
  greeting.run();
  greeting.greetWith('howdy');
  assert.equal(greeting.run(), 'Ada howdy');
  assert.equal(readdirSync(greeting.cache).length, 1);
  utimesSync(greeting.kept(), LONG_AGO, LONG_AGO);
  assert.equal(greeting.run(), 'Ada howdy');
  assert.deepEqual(statSync(greeting.kept()).mtime, LONG_AGO);
});

test('runKept uses no code that is altered or cut short, and replaces it', () => {
  using greeting = program();
  greeting.run();
  const whole = readFileSync(greeting.kept());
  const altered = Buffer.from(whole);
  altered[whole.length >> 1]! ^= 1;
  for (const broken of [altered, whole.subarray(0, -1), whole.subarray(0, 7), Buffer.alloc(0)]) {
    writeFileSync(greeting.kept(), broken);
    assert.equal(greeting.run(), 'Ada hello');
    assert.equal(readFileSync(greeting.kept()).length, whole.length);
  }
});

test('runKept runs where nothing can be kept', () => {
  using greeting = program();
  assert.equal(greeting.run(null), 'Ada hello');
  assert.equal(greeting.run('/dev/null/cache'), 'Ada hello');
});
