/** A process of its own that runs a verb of buckets/ for the agent, at the server that the host reports to. */
import { hostname } from 'node:os';
import { resolve } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { BucketsAnswer, BucketsJob } from '../../agent/index.ts';
import { systemClock } from '../../base/clock.ts';
import type { CommandContext, CommandInput, Prompts, SavedSessions, Terminal } from '../../base/commands/command.ts';
import { commandErrors } from '../../base/commands/errors.ts';
import { HoldfastError } from '../../base/errors.ts';
import { bucketCommands } from '../../buckets/commands.ts';
import { openApiClient } from '../../cli/index.ts';
import { readEnvironment, settingsIn } from '../../config/index.ts';
import { patientApi } from './agent-buckets-api.ts';
import { openLocalGuard } from '../bucket-guard/local-guard.ts';

/** How long what was broken off may take to end; then nobody waits for it. */
const ENDING_MS = 10_000;

const abort = new AbortController();
process.once('message', (job: BucketsJob) => {
  run(job).then(
    () => end({ kind: 'done' }),
    (error: unknown) => end(failure(error)),
  );
});
// The agent ends it itself; when it was killed, there is nobody to look for.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => {});
process.once('disconnect', () => {
  abort.abort();
  setTimeout(() => process.kill(process.pid, 'SIGKILL'), ENDING_MS).unref();
});

async function run({ verb, words, options, stateFolder, server, token }: BucketsJob): Promise<void> {
  const command = bucketCommands(openLocalGuard).find(({ path }) => path.at(-1) === verb);
  if (!command) throw new TypeError(`There is no verb ${verb}`);
  const { agent: settings } = settingsIn(readEnvironment());
  const { signal } = abort;
  using client = openApiClient({ url: server, token, userAgent: 'holdfast-agent', signal });
  const time = {
    passedMs: () => performance.now(),
    wait: (ms: number, own: AbortSignal) => wait(ms, undefined, { signal: own }),
  };
  const patient = patientApi(client, { time, settings, signal, random: Math.random, onTrouble: trouble });
  const input: CommandInput = {
    args: words,
    text: (name) => (name === 'state' ? stateFolder : options[name]?.[0]),
    list: (name) => options[name] ?? [],
    flag: () => false,
  };
  const context: CommandContext = {
    ...{ terminal: quietTerminal, prompts: nobodyToAsk, sessions: noSessions, signal, clock: systemClock },
    ...{ workingFolder: resolve('/'), stateFolder, device: hostname() },
    connect: () => patient.api,
    signedIn: async () => patient.api,
    signedInAt: async () => patient.api,
    chosenServer: async () => server,
  };
  await command.run(context, input);
  // The verb says it and goes on, since people have it before them; here nobody has.
  if (patient.refused) throw patient.refused;
}

function tell(answer: BucketsAnswer, then = (): void => {}): void {
  if (process.connected) process.send?.(answer, then);
}

function trouble(line: string): void {
  tell({ kind: 'trouble', line });
}

function end(answer: BucketsAnswer): void {
  tell(answer, () => process.disconnect());
}

/** A foreign message may quote what it choked on. */
function failure(error: unknown): BucketsAnswer {
  if (error instanceof HoldfastError) return { kind: 'failed', title: error.message };
  const { code, name } = error as NodeJS.ErrnoException;
  return { kind: 'failed', title: code ?? name };
}

/** What was found goes to the server and into the state folder; only trouble is told, and that it has begun. */
const quietTerminal: Terminal = {
  json: true,
  quiet: true,
  styles: { strong: same, faint: same, good: same, attention: same, danger: same },
  columns: undefined,
  show() {},
  note: () => tell({ kind: 'ready' }),
  warn: trouble,
  table: () => [],
  progress: () => ({ bytes() {}, file() {}, [Symbol.dispose]() {} }),
  async write(bytes) {
    for await (const _ of bytes);
  },
};

function same(text: string): string {
  return text;
}

const refuse = async (): Promise<never> => {
  throw commandErrors('secret_required');
};
const nobodyToAsk: Prompts = {
  interactive: false,
  ...{ line: refuse, secret: refuse, secretFrom: refuse },
  dialogue() {
    throw commandErrors('secret_required');
  },
};

const noSessions: SavedSessions = {
  current: async () => undefined,
  find: async () => undefined,
  save: async () => {},
  remove: async () => {},
  deviceToken: async () => undefined,
};
