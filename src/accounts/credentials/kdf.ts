import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { constants, setPriority } from 'node:os';
import { extname } from 'node:path';
import { errorFacts } from '../../base/error-facts.ts';
import { silentLog, type Log } from '../../base/log.ts';
import { accountErrors } from '../errors.ts';
import { fairQueue, openRoom } from './fair-queue.ts';
import type { WorkerAnswer, WorkerJob } from './kdf-worker.ts';
import type { PasswordStrength } from './password-strength.ts';
import type { AccountsSettings } from '../settings.ts';

export type Argon2Job = Omit<Extract<WorkerJob, { kind: 'argon2id' }>, 'kind'>;

/** Slow work on passwords, off the main process. Both throw `busy` when the queue is full or the pool is closing. */
export interface Kdf {
  /** Argon2id (RFC 9106), 32 bytes. */
  argon2id(job: Argon2Job): Promise<Buffer>;
  strength(password: string, hints: readonly string[]): Promise<PasswordStrength>;
  /**
   * A place for one who will need the workers soon, until it is disposed. Throws `busy` when as many as can wait are on
   * their way already: before anything was read or written for them, so that a flood is turned away for nothing.
   */
  enter(): Disposable;
  /**
   * The same for one who asks from this place (an address, an account): places take turns, and only so many of each may
   * wait, so that whoever floods the server from one place locks out only that place.
   */
  from(place: string): Kdf;
}

export interface KdfFigures {
  /** Jobs that a worker is at. */
  readonly running: number;
  readonly waiting: number;
  /** Since the start: as many as could wait did already. */
  readonly turnedAway: number;
}

export interface KdfPool extends Kdf, AsyncDisposable {
  figures(): KdfFigures;
}

interface Waiting {
  readonly job: WorkerJob;
  readonly resolve: (answer: WorkerAnswer) => void;
  readonly reject: (error: unknown) => void;
}

interface Member {
  readonly worker: ChildProcess;
  current: Waiting | null;
  idleTimer: NodeJS.Timeout | null;
}

type KdfSettings = Pick<AccountsSettings, 'kdfWorkers' | 'kdfQueueLimit' | 'kdfQueuePerPlace' | 'kdfIdleMs'>;

/** The built product has `kdf-worker.js` beside this code, a checkout `kdf-worker.ts`. */
const WORKER_FILE = new URL(`./kdf-worker${extname(import.meta.url)}`, import.meta.url);

/** The word lists need 30 MB; left alone the heap would grow to several times that before it is cleaned. */
const HEAP_LIMITS = ['--max-old-space-size=96', '--max-semi-space-size=2'];

/**
 * Workers start with the first job and end after idling. They are processes and not threads, because what a thread
 * took stays with the server after it has ended: 55 MB at rest for the word lists and Argon2 (measured), more than
 * half of all the memory of a server that does nothing.
 */
export function openKdf(settings: KdfSettings, log: Log = silentLog): KdfPool {
  const members = new Set<Member>();
  const { kdfWorkers, kdfQueueLimit: limit, kdfQueuePerPlace: perPlace } = settings;
  // Lanes of their own: judging passwords is for anybody who signs up, and must not keep people from logging in.
  const lanes = {
    argon2id: fairQueue<Waiting>({ limit, perPlace }),
    strength: fairQueue<Waiting>({ limit, perPlace }),
  };
  const room = openRoom({ limit: kdfWorkers + limit, perPlace: kdfWorkers + perPlace });
  let lastLane: keyof typeof lanes = 'strength';
  let closed = false;
  let [toldMs, fullSince, turnedAway] = [0, 0, 0];

  function start(): Member {
    // Without our environment, which holds the credentials of the stores; jobs come over the channel, never in argv.
    const worker = fork(WORKER_FILE, {
      env: {},
      execArgv: HEAP_LIMITS,
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
    giveWay(worker);
    const member: Member = { worker, current: null, idleTimer: null };
    members.add(member);
    worker.on('message', (answer) => finish(member, (waiting) => waiting.resolve(answer as WorkerAnswer)));
    // A worker that died (out of memory) takes only the job it was at with it; the next job gets a new one.
    worker.on('error', (error) => drop(member, errorFacts(error)));
    worker.on('exit', (exitCode, signal) => drop(member, { exitCode, signal }));
    return member;
  }

  function drop(member: Member, why: object): void {
    if (!members.delete(member)) return;
    if (member.idleTimer) clearTimeout(member.idleTimer);
    if (member.current) {
      if (!closed) log.error(why, 'A password worker ended in the middle of a job');
      member.current.reject(accountErrors('busy', { detail: 'the password check could not be run' }));
    }
    member.current = null;
    pump();
  }

  function finish(member: Member, settle: (waiting: Waiting) => void): void {
    const waiting = member.current;
    member.current = null;
    if (waiting) settle(waiting);
    pump();
    if (member.current) return;
    hold(member, false);
    member.idleTimer = setTimeout(() => end(member), settings.kdfIdleMs).unref();
  }

  /** An idle worker keeps nobody from exiting; one at work does. */
  function hold({ worker }: Member, held: boolean): void {
    if (held) {
      worker.ref();
      worker.channel?.ref();
    } else {
      worker.unref();
      worker.channel?.unref();
    }
  }

  function end(member: Member): void {
    members.delete(member);
    member.worker.once('exit', () => log.debug({}, 'A password worker ended after idling'));
    member.worker.kill('SIGKILL');
  }

  /** Closing empties the queue, so nothing starts afterwards. */
  function pump(): void {
    for (;;) {
      const free = [...members].find((member) => member.current === null);
      const next = free || members.size < kdfWorkers ? takeNext() : undefined;
      if (!next) return;
      const member = free ?? start();
      if (member.idleTimer) clearTimeout(member.idleTimer);
      member.idleTimer = null;
      member.current = next;
      hold(member, true);
      // A send that fails is told by 'error' or 'exit' as well.
      member.worker.send(next.job, () => {});
    }
  }

  /** The lanes take turns; of several workers one is left to those who log in. */
  function takeNext(): Waiting | undefined {
    const judging = [...members].filter((member) => member.current?.job.kind === 'strength').length;
    for (const lane of lastLane === 'strength'
      ? (['argon2id', 'strength'] as const)
      : (['strength', 'argon2id'] as const)) {
      if (!closed && lane === 'strength' && judging >= Math.max(1, kdfWorkers - 1)) continue;
      const next = lanes[lane].shift();
      if (next) lastLane = lane;
      if (next) return next;
    }
    return undefined;
  }

  function enter(place: string): Disposable {
    if (closed || !room.enter(place)) throw full();
    let here = true;
    return {
      [Symbol.dispose]() {
        if (here) room.leave(place);
        here = false;
      },
    };
  }

  function full(): Error {
    fullSince += 1;
    turnedAway += 1;
    // Once a minute: one line for each who is turned away would be a flood of its own.
    if (Date.now() - toldMs > 60_000) {
      log.warn(
        { turnedAway: fullSince },
        'More passwords are to be checked than can wait; the others are told to come back',
      );
      [toldMs, fullSince] = [Date.now(), 0];
    }
    return accountErrors('busy', { extra: { retryAfterMs: 2_000 } });
  }

  function run(job: WorkerJob, place: string): Promise<WorkerAnswer> {
    return new Promise((resolve, reject) => {
      if (closed || !lanes[job.kind].push(place, { job, resolve, reject })) reject(full());
      else pump();
    });
  }

  function from(place: string): Kdf {
    return {
      from,
      enter: () => enter(place),
      async argon2id(job) {
        const answer = await run({ kind: 'argon2id', ...job }, place);
        if (answer.kind !== 'argon2id') throw failure(answer);
        return Buffer.from(answer.key);
      },
      async strength(password, hints) {
        const answer = await run({ kind: 'strength', password, hints }, place);
        if (answer.kind !== 'strength') throw failure(answer);
        return answer.strength;
      },
    };
  }

  return {
    ...from(''),
    figures: () => ({
      running: [...members].filter(({ current }) => current !== null).length,
      waiting: lanes.argon2id.size + lanes.strength.size,
      turnedAway,
    }),
    async [Symbol.asyncDispose]() {
      closed = true;
      for (let waiting = takeNext(); waiting; waiting = takeNext()) {
        waiting.reject(accountErrors('busy', { detail: 'the server is stopping' }));
      }
      await Promise.all(
        [...members].map(async ({ worker }) => {
          hold({ worker, current: null, idleTimer: null }, true);
          const exited = once(worker, 'exit');
          if (worker.kill('SIGKILL')) await exited;
        }),
      );
    },
  };
}

function failure(answer: WorkerAnswer): Error {
  const message = answer.kind === 'failed' ? answer.message : 'an answer to another question';
  return accountErrors('busy', { detail: 'the password check could not be run', cause: new Error(message) });
}

/** Checking passwords gives way to serving files: the workers take what processor time is left. */
function giveWay({ pid }: ChildProcess): void {
  try {
    if (pid !== undefined) setPriority(pid, constants.priority.PRIORITY_BELOW_NORMAL);
  } catch {
    // Not everywhere allowed; then they share evenly.
  }
}
