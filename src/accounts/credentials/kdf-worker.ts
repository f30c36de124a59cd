/** A process of its own for the two slow acts on passwords. Argon2 in libuv's pool would hold up every file read. */
import { argon2Sync } from 'node:crypto';
import type { PasswordStrength } from './password-strength.ts';

export type WorkerJob =
  | {
      readonly kind: 'argon2id';
      readonly password: string;
      readonly salt: Uint8Array;
      readonly pepper: Uint8Array;
      readonly memoryKiB: number;
      readonly passes: number;
      readonly parallelism: number;
      /** Work whose result nobody needs, done after the other: so that all checks take as long. */
      readonly filler?: { readonly memoryKiB: number; readonly passes: number } | undefined;
    }
  | { readonly kind: 'strength'; readonly password: string; readonly hints: readonly string[] };

export type WorkerAnswer =
  | { readonly kind: 'argon2id'; readonly key: Uint8Array }
  | { readonly kind: 'strength'; readonly strength: PasswordStrength }
  | { readonly kind: 'failed'; readonly message: string };

process.on('message', (job: WorkerJob) => {
  run(job).then(
    (answer) => process.send?.(answer),
    (error: unknown) => process.send?.({ kind: 'failed', message: error instanceof Error ? error.message : 'unknown' }),
  );
});
// Ctrl-C and a service's stop reach the whole group; the server finishes its requests first and then ends its workers.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => {});
process.on('disconnect', () => process.exit());

async function run(job: WorkerJob): Promise<WorkerAnswer> {
  if (job.kind === 'strength') {
    const { passwordStrength } = await import('./password-strength.ts');
    return { kind: 'strength', strength: passwordStrength(job.password, job.hints) };
  }
  const { password: message, salt: nonce, pepper: secret, parallelism, filler } = job;
  const fixed = { message, nonce, secret, parallelism, tagLength: 32 };
  const key = argon2Sync('argon2id', { ...fixed, memory: job.memoryKiB, passes: job.passes });
  if (filler) argon2Sync('argon2id', { ...fixed, memory: filler.memoryKiB, passes: filler.passes });
  return { kind: 'argon2id', key };
}
