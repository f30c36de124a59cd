/** What numbers hang on: printed beside every measurement. */
import { closeSync, fsyncSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { cpus, release, tmpdir, totalmem, type as systemName } from 'node:os';
import { join } from 'node:path';
import { execFileSync } from 'node:child_process';

/** Writes of 4 KiB followed by fsync, per second, on the disk that holds `folder`. */
export function syncedWritesPerSecond(folder = tmpdir(), rounds = 300): number {
  const own = mkdtempSync(join(folder, 'fsync-'));
  const file = openSync(join(own, 'probe'), 'w');
  const block = Buffer.alloc(4096, 1);
  const started = performance.now();
  for (let round = 0; round < rounds; round += 1) {
    writeSync(file, block, 0, block.length, round * block.length);
    fsyncSync(file);
  }
  const seconds = (performance.now() - started) / 1000;
  closeSync(file);
  rmSync(own, { recursive: true });
  return Math.round(rounds / seconds);
}

/** What a run before has written down changes nothing that is measured. */
const BUT_RESULTS = ['.', ':!bench/*.md'];

function commit(): string {
  const git = (...args: string[]): string =>
    execFileSync('git', args, { cwd: join(import.meta.dirname, '..'), encoding: 'utf8' }).trim();
  try {
    const isChanged = git('status', '--porcelain', '--', ...BUT_RESULTS) !== '';
    return `${git('rev-parse', '--short', 'HEAD')}${isChanged ? '-dirty' : ''}`;
  } catch {
    return 'unknown';
  }
}

export function machine(): [string, string][] {
  return [
    ['date', new Date().toISOString().slice(0, 10)],
    ['commit', commit()],
    ['processor', `${cpus()[0]?.model.trim() ?? 'unknown'}, ${cpus().length} cores`],
    ['memory', `${(totalmem() / 2 ** 30).toFixed(0)} GiB`],
    ['system', `${systemName()} ${release()}`],
    ['Node', process.version],
    ['disk', `${syncedWritesPerSecond()} synced writes of 4 KiB per second`],
  ];
}
