/** A stack, as a deployment sees it. */
import { timestamp } from '../base/clock.ts';
import { stackErrors } from './errors.ts';

export interface PlannedChange {
  /** `Add`, `Modify`, `Remove`. */
  readonly action: string;
  readonly resource: string;
  readonly type: string;
  /** What it replaces is gone afterwards. */
  readonly isReplaced: boolean;
}

export interface StackEvent {
  readonly id: string;
  readonly atMs: number;
  readonly resource: string;
  readonly type: string;
  /** `CREATE_IN_PROGRESS`, `CREATE_FAILED`, … */
  readonly status: string;
  readonly reason: string | null;
}

export interface StackState {
  readonly status: string;
  readonly parameters: Readonly<Record<string, string>>;
  /** What became of parameters that name a value elsewhere, such as the newest image of a machine. */
  readonly resolved: Readonly<Record<string, string>>;
  readonly outputs: Readonly<Record<string, string>>;
}

/** What a template takes from a bucket. */
export interface StackFile {
  readonly key: string;
  readonly bytes: Uint8Array;
  readonly type: string;
}

export interface Stack extends AsyncDisposable {
  readonly account: string;
  readonly region: string;
  /** `null`: there is none. */
  state(): Promise<StackState | null>;
  /** What it is made of: the id in AWS by the name in the template. `null`: there is none. */
  resources(): Promise<Readonly<Record<string, string>> | null>;
  /**
   * Makes a change set and resolves with its changes; with none where nothing would change. `parameters` that are `null`
   * stay as they are. With `revertsDrift` also what was changed or deleted by hand becomes as the template has it; a stack
   * that is not there yet has nothing of that.
   */
  plan(
    template: string,
    parameters: Readonly<Record<string, string | null>>,
    revertsDrift?: boolean,
  ): Promise<readonly PlannedChange[]>;
  /** Takes the change set away again, and a stack that was made for it alone. */
  forgetPlan(): Promise<void>;
  /** Puts a file where the stack takes it from; the bucket is made where there is none. Throws `stack_code_bucket`. */
  putFile(bucket: string, file: StackFile): Promise<void>;
  execute(): Promise<void>;
  /** Begins to delete the stack; {@link state} is `null` in the end. */
  remove(): Promise<void>;
  /** The latest, oldest first. */
  events(): Promise<readonly StackEvent[]>;
}

export interface Watching {
  readonly onEvent: (event: StackEvent) => void;
  readonly wait: () => Promise<void>;
  /** Ids of events that are older than what is watched. */
  readonly old: ReadonlySet<string>;
}

/** Resolves when the stack is as it shall be. Throws `stack_failed` with the first failure's reason. */
export async function watchStack(stack: Stack, { onEvent, wait, old }: Watching): Promise<StackState> {
  const seen = new Set(old);
  let first: StackEvent | null = null;
  for (;;) {
    // Asked first, so that no event comes after what it says.
    const state = await stack.state();
    for (const event of await stack.events()) {
      if (seen.has(event.id)) continue;
      seen.add(event.id);
      onEvent(event);
      if (event.status.endsWith('_FAILED') && !isConsequence(event)) first ??= event;
    }
    if (state === null || !state.status.endsWith('_IN_PROGRESS')) {
      if (state !== null && /^(CREATE|UPDATE)_COMPLETE$/.test(state.status)) return state;
      const why = first === null ? '' : `: ${first.resource} (${first.type}): ${first.reason ?? first.status}`;
      throw stackErrors('stack_failed', { detail: `${state?.status ?? 'it is gone'}${why}` });
    }
    await wait();
  }
}

/** What CloudFormation says of all that it stopped because of another failure. */
function isConsequence({ reason }: StackEvent): boolean {
  return reason !== null && /cancelled|The following resource\(s\) failed/i.test(reason);
}

/** `16:05:11  CREATE_COMPLETE  Table (AWS::DynamoDB::Table)`. */
export function eventLine({ atMs, status, resource, type, reason }: StackEvent): string {
  return `${timestamp(atMs).slice(11, 19)}  ${status}  ${resource} (${type})${reason === null ? '' : `: ${reason}`}`;
}
