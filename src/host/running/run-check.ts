/** Runs one check in the shell it is written for, for at most as long as its header says. */
import { once } from 'node:events';
import type { CheckHeader } from '../checks/header.ts';
import { MAX_ANSWER_BYTES, parseAnswers, type Answers } from './answers.ts';
import { collect } from './collect.ts';
import { startBash } from './start-bash.ts';
import { startPowerShell, type WindowsPlace } from './start-powershell.ts';

/** What a check is told of the machine that it looks at. */
export interface Ground {
  /** `''`, or the folder that stands for `/` in a test. */
  readonly root: string;
  /** The folder of what was looked at once (probes/). */
  readonly facts: string;
  /** The folder where it may keep what it makes meanwhile. */
  readonly work: string;
  readonly isRoot: boolean;
  readonly osId: string;
  readonly osVersion: string;
  readonly osFamily: 'debian' | 'rhel' | 'windows' | 'other';
  readonly packages: 'dpkg' | 'rpm' | 'none';
  readonly init: 'systemd' | 'none';
  /** `''`: none. */
  readonly container: string;
  /** Where the host is Windows, whose scripts are PowerShell. */
  readonly windows?: WindowsGround;
}

export interface WindowsGround extends WindowsPlace {
  /** `''`: it is not known yet. */
  readonly role: 'workstation' | 'server' | 'domain_controller' | '';
}

export interface Script {
  readonly path: string;
  readonly header: CheckHeader;
}

export type Call = { readonly verb: 'detect' } | { readonly verb: 'fix' | 'undo'; readonly resource: string };

export interface Ran extends Answers {
  /** `broke_off`: it ended by an error before it had said everything. */
  readonly outcome: 'done' | 'timed_out' | 'broke_off';
  /** The beginning of what it printed otherwise, for whoever wants to know why. */
  readonly said: string;
  readonly tookMs: number;
}

const MAX_SAID_BYTES = 4096;

/** Throws what `signal` was aborted with. The check and whatever it started are gone when this resolves. */
export function runCheck(script: Script, call: Call, ground: Ground, signal?: AbortSignal): Promise<Ran> {
  const words = call.verb === 'detect' ? ['detect'] : [call.verb, call.resource];
  return runScript({ path: script.path, words, timeoutMs: script.header.timeoutMs }, ground, signal);
}

export interface ScriptCall {
  readonly path: string;
  readonly words: readonly string[];
  readonly timeoutMs: number;
}

/** Runs a check or a probe. Throws what `signal` was aborted with. */
export async function runScript(
  { path, words, timeoutMs }: ScriptCall,
  ground: Ground,
  signal?: AbortSignal,
): Promise<Ran> {
  signal?.throwIfAborted();
  const startMs = performance.now();
  const { windows } = ground;
  const script = { path, words, timeoutMs };
  const started = windows
    ? startPowerShell(script, ground, windows, MAX_ANSWER_BYTES)
    : startBash(script, ground, MAX_ANSWER_BYTES);
  const { child, end } = started;
  let isLate = false;
  const timer = setTimeout(() => {
    isLate = true;
    end();
  }, timeoutMs);
  signal?.addEventListener('abort', end);
  try {
    const closed = once(child, 'exit');
    const said = collect(started.said, MAX_SAID_BYTES);
    await closed;
    // What it left behind in the background would keep the pipes open.
    end();
    const answers = parseAnswers(await started.answer());
    signal?.throwIfAborted();
    return {
      ...answers,
      outcome: answers.complete ? 'done' : isLate ? 'timed_out' : 'broke_off',
      said: (await said).toString('utf8'),
      tookMs: performance.now() - startMs,
    };
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', end);
  }
}
