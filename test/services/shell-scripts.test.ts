/** The scripts that run as root on somebody's host, read by ShellCheck as bash would run them. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { globSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

const ROOT = join(import.meta.dirname, '../..');
const skip = spawnSync('shellcheck', ['--version']).error ? 'shellcheck is missing: npm run services:install' : false;
if (skip && process.env['HOLDFAST_SERVICES'] === 'required') throw new Error(skip);

test('every script of the host scan is clean for ShellCheck, down to its hints', { skip }, () => {
  const scripts = globSync('src/host/**/*.sh', { cwd: ROOT });
  assert.ok(scripts.length > 0);
  const args = ['--shell=bash', '--severity=info', '--format=gcc', ...scripts];
  const { status, stdout } = spawnSync('shellcheck', args, { cwd: ROOT, encoding: 'utf8' });
  assert.equal(stdout, '');
  assert.equal(status, 0);
});
