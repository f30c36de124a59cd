import { spawn } from 'node:child_process';
import { buffer, text } from 'node:stream/consumers';
import { networkErrors } from '../errors.ts';

const TIMEOUT_MS = 20_000;
const ENVIRONMENT = { PATH: '/usr/sbin:/sbin:/usr/bin:/bin', LC_ALL: 'C' };

/** Runs nft without a shell. Throws `network_block_unavailable` where it is not there, `network_block_failed` where it says no. */
export async function nft(words: readonly string[], input: string): Promise<string> {
  const attempted = `Run nft ${words.join(' ')}`;
  const child = spawn('nft', words, { env: ENVIRONMENT, timeout: TIMEOUT_MS, stdio: 'pipe' });
  // Whoever ends early closes his end; how he ended says why.
  child.stdin.on('error', () => undefined);
  child.stdin.end(input);
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('error', (cause: NodeJS.ErrnoException) =>
      reject(networkErrors('network_block_unavailable', { attempted, detail: cause.code ?? cause.message, cause })),
    );
    child.once('close', resolve);
  });
  const [out, err, exitCode] = await Promise.all([buffer(child.stdout), text(child.stderr), ended]);
  if (exitCode === 0) return out.toString('utf8');
  throw networkErrors('network_block_failed', {
    attempted,
    detail: err.trim().slice(0, 500) || 'it ended without a word',
  });
}
