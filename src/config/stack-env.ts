/** What a function in an account reads out of the environment that its stack gives it. */
import { configErrors } from './errors.ts';
import { readSettings, type AllSettings } from './all-settings.ts';
import { endpointEnvironment, type Environment } from './env.ts';

export interface StackEnvironment {
  readonly settings: AllSettings['buckets'];
  readonly topic: string;
  /** URL of the queue that a workspace reads; `null`: there is none. */
  readonly workspaceQueue: string | null;
  /** What stands in for AWS; `null`: AWS itself. */
  readonly endpoint: string | null;
}

interface StackReading {
  readonly environment: Environment;
  readonly text: (name: string, pattern: RegExp) => string;
  /** `null`: it is not there. */
  readonly optional: (name: string, pattern: RegExp) => string | null;
  readonly mistake: (text: string) => void;
  /** What every function of the stack is given. */
  readonly common: StackEnvironment;
  readonly place: { readonly stack: string; readonly account: string; readonly region: string };
}

export const ARN = /^arn:[a-z-]+:[a-z0-9-]+:/;

/** Throws `config_invalid` with everything that is wrong. */
export function readStackEnvironment<Read>(environment: Environment, read: (reading: StackReading) => Read): Read {
  const mistakes: string[] = [];
  const mistake = (each: string): void => void mistakes.push(each);
  const text = (name: string, pattern: RegExp): string => {
    const value = environment[name] ?? '';
    if (!pattern.test(value)) mistake(`${name} is “${value}”, which does not fit ${pattern.source}.`);
    return value;
  };
  const optional = (name: string, pattern: RegExp): string | null =>
    environment[name] === undefined ? null : text(name, pattern);
  const found = read({
    ...{ environment, text, optional, mistake },
    common: {
      settings: readSettings(environment, mistake).buckets,
      topic: text('HOLDFAST_GUARD_TOPIC', ARN),
      workspaceQueue: optional('HOLDFAST_GUARD_WORKSPACE_QUEUE', /^https?:\/\//),
      endpoint: endpointEnvironment.flatMap((name) => environment[name] ?? [])[0] ?? null,
    },
    place: {
      stack: text('HOLDFAST_GUARD_STACK', /^[A-Za-z][A-Za-z0-9-]*$/),
      account: text('HOLDFAST_GUARD_ACCOUNT', /^\d{12}$/),
      region: text('HOLDFAST_GUARD_REGION', /^[a-z0-9-]+$/),
    },
  });
  if (mistakes.length > 0) {
    throw configErrors('config_invalid', { detail: mistakes.join('\n'), extra: { mistakes } });
  }
  return found;
}
