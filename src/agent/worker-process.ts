/**
 * A piece of work in a process of its own: what it takes goes back to the system when it is done, and neither a host or an
 * account that is larger than any we know nor a fault in it ends the agent.
 */
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { constants, setPriority } from 'node:os';

export interface Work<Message> {
  /** A file that takes a job as its first message, and ends what it does when its channel is closed. */
  readonly file: URL;
  readonly job: object;
  /** Of its heap. */
  readonly memoryBytes: number;
  readonly timeoutMs?: number;
  /** Whether it has our environment; default false. */
  readonly withEnvironment?: boolean;
  readonly onMessage?: (message: Message) => void;
  /** Whether it is told by a message that it is to end, since it has something to say then; default false: its channel is closed. */
  readonly tellsItsEnd?: boolean;
}

export interface Worked<Message> {
  /** `null`: it said nothing. */
  readonly last: Message | null;
  readonly isLate: boolean;
  /** The signal or code that it ended with. */
  readonly endedBy: string;
}

/** How long one that is ended may take to end what it started; then it is killed. */
const ENDING_MS = 10_000;

/** Resolves when it has ended, however it did. Throws what `signal` was aborted with. */
export async function runWorker<Message>(work: Work<Message>, signal: AbortSignal): Promise<Worked<Message>> {
  signal.throwIfAborted();
  const worker = fork(work.file, {
    // The job comes over the channel; most have no need of what we were started with.
    ...(work.withEnvironment === true ? {} : { env: {} }),
    execArgv: [`--max-old-space-size=${Math.ceil(work.memoryBytes / 2 ** 20)}`],
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
  giveWay(worker);
  let last: Message | null = null;
  let isLate = false;
  let killing: NodeJS.Timeout | undefined;
  const end = (): void => {
    if (work.tellsItsEnd === true && worker.connected) worker.send('end', () => {});
    else if (worker.connected) worker.disconnect();
    killing ??= setTimeout(() => worker.kill('SIGKILL'), ENDING_MS);
  };
  const late = (): void => {
    isLate = true;
    end();
  };
  const timer = work.timeoutMs === undefined ? undefined : setTimeout(late, work.timeoutMs);
  signal.addEventListener('abort', end);
  try {
    const ended = once(worker, 'exit');
    worker.on('message', (message) => {
      last = message as Message;
      work.onMessage?.(last);
    });
    // A send that fails is told by the exit as well.
    worker.send(work.job, () => {});
    const [exitCode, by] = (await ended) as [number | null, string | null];
    signal.throwIfAborted();
    return { last, isLate, endedBy: by ?? `exit code ${exitCode}` };
  } finally {
    clearTimeout(timer);
    clearTimeout(killing);
    signal.removeEventListener('abort', end);
  }
}

/** It gives way to what the host is for. */
function giveWay({ pid }: ChildProcess): void {
  try {
    if (pid !== undefined) setPriority(pid, constants.priority.PRIORITY_BELOW_NORMAL);
  } catch {
    // Not everywhere allowed; then they share evenly.
  }
}
