/** S3 and DynamoDB as moto has them, which looks closely at the shape of every request. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

const ROOT = join(import.meta.dirname, '../..');
const ENDPOINT = join(ROOT, '.services/moto.endpoint');
const skip = existsSync(ENDPOINT) ? false : 'moto does not run; npm run services:install starts it';
if (skip && process.env['HOLDFAST_SERVICES'] === 'required') throw new Error(skip);

/** What moto does not do as Amazon does. Ceph, versitygw and DynamoDB Local, where these run too, do. */
const NOT_IN_MOTO = [
  // It finds an upload by its id, whatever key is named.
  'uploads are told apart by key and id',
  // Requests at the same time see half of each other.
  '50 counters raised at once',
  'a refused transaction does no harm to others that run at the same time',
];

test('both ports keep their contracts on moto, as far as moto is honest', { skip, timeout: 600_000 }, async () => {
  const skipped = NOT_IN_MOTO.map((name) => `--test-skip-pattern=${name}`);
  // A run of its own: this one would take its messages for its own.
  const { NODE_TEST_CONTEXT: _context, ...environment } = process.env;
  const file = join(import.meta.dirname, '../support/stores/moto-contracts.ts');
  const child = spawn(process.execPath, ['--test', '--test-reporter=tap', ...skipped, file], {
    env: { ...environment, MOTO_ENDPOINT: readFileSync(ENDPOINT, 'utf8').trim() },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const pieces: Buffer[] = [];
  child.stdout.on('data', (piece: Buffer) => pieces.push(piece));
  const [exitCode] = (await once(child, 'close')) as [number | null];
  const output = Buffer.concat(pieces).toString();
  const wrong = output.split('\n').filter((line) => /^\s*(not ok|error:|code:|expected:|actual:)/.test(line));
  assert.equal(exitCode, 0, wrong.join('\n'));
  assert.ok(Number(/^# pass (\d+)/m.exec(output)?.[1]) >= 40, output.slice(-2000));
});
