/** Runs `native/restore-rules.sh`, which asks the tools of the firewall to load rules. */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { hostErrors } from '../../errors.ts';
import { scripts } from '../../scripts.ts';

const OPTIONS = { cwd: '/', env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin' }, detached: true } as const;
const GUARD_START_MS = 10_000;
const LOOK_AGAIN_MS = 10;

/**
 * In a session of its own, without a terminal: it lives on when the connection that began it is cut off. Throws
 * `host_rules_not_loaded` when it does not start.
 */
export async function startGuard(folder: string, withinS: number): Promise<void> {
  const words = [scripts.restoreRules, 'guard', folder, String(withinS)];
  const child = spawn('/bin/bash', words, { ...OPTIONS, stdio: 'ignore' });
  child.unref();
  // That it did not start is told below.
  child.on('error', () => undefined);
  const untilMs = performance.now() + GUARD_START_MS;
  while (!existsSync(join(folder, 'guarding'))) {
    if (child.exitCode !== null || performance.now() > untilMs) {
      throw hostErrors('host_rules_not_loaded', { detail: 'what would take them back did not start' });
    }
    await sleep(LOOK_AGAIN_MS);
  }
}

const MOST_SAID = 2000;

/** In a session of its own as well: Ctrl-C does not leave rules that are half loaded. */
export async function runRestoreScript(
  words: readonly string[],
): Promise<{ readonly ok: boolean; readonly said: string }> {
  const child = spawn('/bin/bash', [scripts.restoreRules, ...words], {
    ...OPTIONS,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  child.stderr.on('data', (piece: Buffer) => {
    if (said.length < MOST_SAID) said += piece.toString('utf8');
  });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  return { ok: code === 0, said: said.trim().split('\n').slice(0, 4).join('; ') };
}
