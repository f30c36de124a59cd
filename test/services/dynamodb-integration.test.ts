/** The tests of accounts and files that start whole servers, once more with the records in DynamoDB. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { globSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { skipWithoutDynamo } from '../support/stores/dynamodb-local.ts';

const ROOT = join(import.meta.dirname, '../..');
const FILES = ['accounts-http', 'app-passwords', 'audit', 'browse', 'files-http', 'people-http', 'tree-http'];

/** Puts an old state of the whole back: in a table that is DynamoDB's restore, which DynamoDB Local does not have. */
const ABOUT_A_FILE = ['records put back from a backup are found'];

test(
  'accounts, files, trees, people and the audit trail keep their promises on DynamoDB',
  { skip: skipWithoutDynamo, timeout: 900_000 },
  async () => {
    const paths = FILES.map((name) => join(ROOT, `test/integration/${name}.test.ts`));
    assert.equal(globSync(paths).length, FILES.length);
    const skipped = ABOUT_A_FILE.map((name) => `--test-skip-pattern=${name}`);
    // A run of its own: this one would take its messages for its own.
    const { NODE_TEST_CONTEXT: _context, ...environment } = process.env;
    const child = spawn(process.execPath, ['--test', '--test-reporter=tap', ...skipped, ...paths], {
      env: { ...environment, HOLDFAST_TEST_RECORDS: 'dynamodb' },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const pieces: Buffer[] = [];
    child.stdout.on('data', (piece: Buffer) => pieces.push(piece));
    const [exitCode] = (await once(child, 'close')) as [number | null];
    const output = Buffer.concat(pieces).toString();
    assert.equal(
      exitCode,
      0,
      output
        .split('\n')
        .filter((line) => /^\s*(not ok|error:|code:|expected:|actual:)/.test(line))
        .join('\n'),
    );
    assert.ok(Number(/^# pass (\d+)/m.exec(output)?.[1]) >= 40, output.slice(-2000));
  },
);
