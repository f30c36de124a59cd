import assert from 'node:assert/strict';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { notOnDisk } from '../support/trace/reached-disk.ts';
import { straceOrSkip, traceCommand } from '../support/trace/strace.ts';

/**
 * Every line that brings something to the disk in the storage, the workspace key, the output of age and downloads is needed:
 * without it a test fails, which is this one.
 */

const ROOT = join(import.meta.dirname, '../..');
const ACTS = join(ROOT, 'test/support/trace/store-acts.ts');
const MUTATED = join(ROOT, 'test/support/trace/mutated-source.ts');

interface Mutant {
  readonly file: string;
  readonly line: number;
  readonly text: string;
}

const SYNC_CALL =
  /(?:await )?(?:[\w.#]+\.)?(?:sync|datasync|syncIfThere|syncFolder|fsyncSync|fdatasyncSync)\(.*\)(?=;)/;

/** Begins sooner what a fsync at the end brings to the disk: nothing relies on it, so that nothing misses it. */
const ONLY_SOONER = join(ROOT, 'src/storage/objects/folder/early-write-back.ts');

/** Every call there that brings something to the disk and is relied on, left out. */
function mutants(): Mutant[] {
  const files = [
    ...globSync(join(ROOT, 'src/storage/**/*.ts')).filter((path) => !/(?:\.test|contract[^/]*)\.ts$/.test(path)),
    ...[
      'src/accounts/keys/workspace-key-file.ts',
      'src/age/output-file.ts',
      'src/files/commands/transfer/download.ts',
    ].map((file) => join(ROOT, file)),
  ];
  return mutantsOf(files.filter((file) => file !== ONLY_SOONER));
}

function mutantsOf(files: readonly string[]): Mutant[] {
  return files.toSorted().flatMap((file) =>
    readFileSync(file, 'utf8')
      .split('\n')
      .flatMap((text, index): Mutant[] => {
        if (/^\s*(?:\*|\/\/|\/\*\*)|\bfunction\b|^\s*async \w+\(/.test(text)) return [];
        const without = text
          .replace('synchronous = FULL', 'synchronous = OFF')
          .replace('flush: true', 'flush: false')
          .replace(SYNC_CALL, 'undefined');
        return without === text ? [] : [{ file, line: index + 1, text: without }];
      }),
  );
}

/** One of everything, in a folder of its own; answers what was told as done and was not on the disk. */
async function breachesOf(mutant: Mutant | null): Promise<readonly string[]> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'holdfast-mutant-')));
  const data = join(folder, 'data');
  const seen = join(folder, 'seen');
  await mkdir(data);
  try {
    const mutated = pathToFileURL(MUTATED);
    if (mutant) {
      const { file, line, text } = mutant;
      mutated.search = new URLSearchParams({ file: pathToFileURL(file).href, line: `${line}`, text, seen }).toString();
    }
    const command = [process.execPath, `--import=${mutated.href}`, ACTS, data];
    const calls = await traceCommand(command, join(folder, 'trace'), {});
    assert.equal(existsSync(seen), mutant !== null, 'the changed file was loaded');
    return notOnDisk(calls, data);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

test('what the stores, the records, the workspace key and what verbs write tell as done is on the disk', async (t) => {
  if (!straceOrSkip(t)) return;
  assert.deepEqual(await breachesOf(null), []);
});

test('what is written back early is relied on by nobody: the one call that does it may be taken out', async (t) => {
  if (!straceOrSkip(t)) return;
  const [early, ...others] = mutantsOf([ONLY_SOONER]);
  assert.ok(early);
  assert.deepEqual(others, []);
  assert.deepEqual(await breachesOf(early), []);
});

test('with any one fsync taken out of the code, that is found out', { concurrency: 2 }, async (t) => {
  if (!straceOrSkip(t)) return;
  const all = mutants();
  assert.ok(all.length >= 15, `${all.length} lines bring something to the disk`);
  await Promise.all(
    all.map((mutant) =>
      t.test(`${relative(ROOT, mutant.file)}:${mutant.line}`, async () => {
        assert.notDeepEqual(
          await breachesOf(mutant),
          [],
          `it is not missed: the line now reads “${mutant.text.trim()}”`,
        );
      }),
    ),
  );
  t.diagnostic(`${all.length} lines, each missed when it is gone`);
});
