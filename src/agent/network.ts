/**
 * What an agent does with the network: it takes the packets of this host's interfaces, makes flows of them, and hands those over. It
 * is a process of its own, which is begun again when it ends; what it saw waits on the disk meanwhile.
 */
import type { Clock } from '../base/clock.ts';
import { HoldfastError } from '../base/errors.ts';
import type { RingChoice } from '../base/commands/ring-option.ts';
import { retryDelayMs } from '../base/timing/retry-delay.ts';
import type { Time } from './alarm.ts';
import { agentErrors } from './errors.ts';
import type { AgentSettings } from './settings.ts';
import { failing, type StatusKeeper } from './status.ts';

/** Said on this host alone, never by a server. */
export interface NetworkChoice {
  readonly interface: string;
  /** As tcpdump takes it; `null`: every packet. */
  readonly filter: string | null;
  /** Where the packets themselves are kept as well, and how many of them; `null`: nowhere. */
  readonly ring: RingChoice | null;
}

export interface NetworkJob extends NetworkChoice {
  readonly stateFolder: string;
  readonly server: string;
  readonly token: string;
  readonly hostId: string;
}

/** What its process says. */
export type NetworkAnswer =
  /** Packets are taken, from here on. */
  | { readonly kind: 'ready' }
  | { readonly kind: 'trouble'; readonly line: string }
  /** So many batches went since there was no room for more, or since the server takes them never. */
  | { readonly kind: 'lost'; readonly batches: number; readonly why: string }
  | { readonly kind: 'done' }
  | { readonly kind: 'failed'; readonly title: string };

/** Hears what is said before the end. */
export type OnNetwork = (answer: Extract<NetworkAnswer, { kind: 'ready' | 'trouble' | 'lost' }>) => void;

/** Runs one to its end. Throws `agent_network_failed`, and what `signal` was aborted with. */
export type RunNetwork = (job: NetworkJob, onNetwork: OnNetwork, signal: AbortSignal) => Promise<void>;

export interface NetworkDeps {
  readonly job: NetworkJob;
  readonly runNetwork: RunNetwork;
  readonly status: StatusKeeper;
  readonly settings: AgentSettings;
  readonly clock: Clock;
  readonly time: Time;
  readonly random: () => number;
  readonly signal: AbortSignal;
  readonly say: (line: string) => void;
}

/** Goes on until it is aborted. What fails is told, and begun again. */
export async function keepCapturing(deps: NetworkDeps): Promise<never> {
  const { time, settings, status, clock, random, signal, say } = deps;
  for (let failed = 0; ; failed += 1) {
    // The server may want to hear of hosts alone.
    if (!status.now.schedule.with.includes('network')) {
      await time.wait(settings.agentRetryMaxMs, signal);
      continue;
    }
    let readyMs: number | null = null;
    const onReady = (): void => {
      readyMs ??= time.passedMs();
      if (status.now.capturingSinceMs === null) say(`Packets are taken on ${deps.job.interface}.`);
      void status.change({ captureFailing: null, capturingSinceMs: status.now.capturingSinceMs ?? clock() });
    };
    const error = await runOnce(deps, onReady);
    await status.change({
      captureFailing: failing(status.now.captureFailing, error, clock()),
      capturingSinceMs: null,
    });
    say(`network capture: ${error.message}. It is started again.`);
    // One that captured for long is begun again soon.
    if (readyMs !== null && time.passedMs() - readyMs > settings.agentRetryMaxMs) failed = 0;
    await time.wait(retryDelayMs(failed, settings.agentRetryMs, settings.agentRetryMaxMs, random), signal);
  }
}

/** Resolves to why it ended. */
async function runOnce(deps: NetworkDeps, onReady: () => void): Promise<HoldfastError> {
  const { job, runNetwork, signal, status, say } = deps;
  let trouble: string | null = null;
  const onNetwork: OnNetwork = (answer) => {
    if (answer.kind === 'ready') return onReady();
    if (answer.kind === 'lost') {
      const lostBatches = status.now.lostBatches + answer.batches;
      void status.change({ lostBatches });
      return say(`Flows of the network are lost (${answer.batches} batches): ${answer.why}.`);
    }
    // Of a server that is away for long it is told once.
    if (answer.line !== trouble) say(`network capture: ${answer.line}`);
    trouble = answer.line;
  };
  try {
    await runNetwork(job, onNetwork, signal);
    signal.throwIfAborted();
    return agentErrors('agent_network_failed', { detail: 'the capture has ended by itself' });
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof HoldfastError)) throw error;
    return error;
  }
}
