import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import { accountErrors } from './errors.ts';
import type { WorkerAnswer, WorkerJob } from './kdf-worker.ts';
import type { PasswordStrength } from './password-strength.ts';
import type { AccountsSettings } from './settings.ts';

export type Argon2Job = Omit<Extract<WorkerJob, { kind: 'argon2id' }>, 'kind'>;

/** Slow work on passwords, off the main thread. Both throw `busy` when the queue is full or the pool is closing. */
export interface Kdf extends AsyncDisposable {
  /** Argon2id (RFC 9106), 32 bytes. */
  argon2id(job: Argon2Job): Promise<Buffer>;
  strength(password: string, hints: readonly string[]): Promise<PasswordStrength>;
}

interface Waiting {
  readonly job: WorkerJob;
  readonly resolve: (answer: WorkerAnswer) => void;
  readonly reject: (error: unknown) => void;
}

interface Member {
  readonly worker: Worker;
  current: Waiting | null;
  idleTimer: NodeJS.Timeout | null;
}

type KdfSettings = Pick<AccountsSettings, 'kdfWorkers' | 'kdfQueueLimit' | 'kdfIdleMs'>;

/** The built product has `kdf-worker.js` beside this code, a checkout `kdf-worker.ts`. */
const WORKER_FILE = new URL(`./kdf-worker${extname(import.meta.url)}`, import.meta.url);

/**
 * The word lists need 30 MB. Left alone the heap grows to twice that before it is cleaned, and part of it stays with
 * the process after the thread has ended (measured: 55 MB more at rest than before, against 30 MB with these limits).
 */
const HEAP_LIMITS = { maxOldGenerationSizeMb: 64, maxYoungGenerationSizeMb: 4 };

/** Workers start with the first job and end after idling, so that a quiet server carries none of their memory. */
export function openKdf(settings: KdfSettings): Kdf {
  const members = new Set<Member>();
  const queue: Waiting[] = [];
  let closed = false;

  function start(): Member {
    const worker = new Worker(WORKER_FILE, { resourceLimits: HEAP_LIMITS });
    const member: Member = { worker, current: null, idleTimer: null };
    members.add(member);
    worker.on('message', (answer: WorkerAnswer) => finish(member, (waiting) => waiting.resolve(answer)));
    // A thread that died (out of memory) takes only the job it was at with it; the next job gets a new thread.
    worker.on('error', (error) => drop(member, error));
    worker.on('exit', () => drop(member, new Error('The password worker ended')));
    return member;
  }

  function drop(member: Member, error: unknown): void {
    if (!members.delete(member)) return;
    if (member.idleTimer) clearTimeout(member.idleTimer);
    member.current?.reject(accountErrors('busy', { detail: 'the password check could not be run', cause: error }));
    member.current = null;
    pump();
  }

  function finish(member: Member, settle: (waiting: Waiting) => void): void {
    const waiting = member.current;
    member.current = null;
    if (waiting) settle(waiting);
    pump();
    if (member.current) return;
    member.worker.unref();
    member.idleTimer = setTimeout(() => end(member), settings.kdfIdleMs).unref();
  }

  function end(member: Member): void {
    members.delete(member);
    member.worker.terminate().catch(() => {});
  }

  /** Closing empties the queue, so nothing starts afterwards. */
  function pump(): void {
    while (queue.length > 0) {
      const free = [...members].find((member) => member.current === null);
      const member = free ?? (members.size < settings.kdfWorkers ? start() : null);
      const next = member ? queue.shift() : undefined;
      if (!member || !next) return;
      if (member.idleTimer) clearTimeout(member.idleTimer);
      member.idleTimer = null;
      member.current = next;
      member.worker.ref();
      member.worker.postMessage(next.job, []);
    }
  }

  function run(job: WorkerJob): Promise<WorkerAnswer> {
    return new Promise((resolve, reject) => {
      const running = [...members].filter((member) => member.current !== null).length;
      const waits = running >= settings.kdfWorkers;
      if (closed || (waits && queue.length >= settings.kdfQueueLimit)) {
        reject(accountErrors('busy', { extra: { retryAfterMs: 2_000 } }));
        return;
      }
      queue.push({ job, resolve, reject });
      pump();
    });
  }

  return {
    async argon2id(job) {
      const answer = await run({ kind: 'argon2id', ...job });
      if (answer.kind !== 'argon2id') throw failure(answer);
      return Buffer.from(answer.key);
    },
    async strength(password, hints) {
      const answer = await run({ kind: 'strength', password, hints });
      if (answer.kind !== 'strength') throw failure(answer);
      return answer.strength;
    },
    async [Symbol.asyncDispose]() {
      closed = true;
      for (const waiting of queue.splice(0))
        waiting.reject(accountErrors('busy', { detail: 'the server is stopping' }));
      await Promise.all([...members].map((member) => member.worker.terminate()));
    },
  };
}

function failure(answer: WorkerAnswer): Error {
  const message = answer.kind === 'failed' ? answer.message : 'an answer to another question';
  return accountErrors('busy', { detail: 'the password check could not be run', cause: new Error(message) });
}
