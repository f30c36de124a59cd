/** A stack that failed while it was made has nothing in it, takes no change any more, and stands in the way of its name. */
import { stackErrors } from './errors.ts';
import type { Stack, StackState } from './stack.ts';

const NEVER_MADE = ['ROLLBACK_COMPLETE', 'ROLLBACK_FAILED', 'CREATE_FAILED'];

export interface Replacing {
  readonly name: string;
  /** It may be deleted. */
  readonly replaces: boolean;
  readonly wait: () => Promise<void>;
}

/** What is there to be changed; `null`: nothing, or no longer. Throws `stack_failed`. */
export async function deployableState(
  stack: Pick<Stack, 'state' | 'remove'>,
  { name, replaces, wait }: Replacing,
): Promise<StackState | null> {
  const before = await stack.state();
  if (before === null || !NEVER_MADE.includes(before.status)) return before;
  const attempted = `Deploy the stack ${name}`;
  if (!replaces) {
    throw stackErrors('stack_failed', {
      attempted,
      detail: `it is ${before.status}: it could not be made, and takes no change any more`,
      remedy: 'Delete it and make it anew: add --apply --replace-failed.',
    });
  }
  await stack.remove();
  for (;;) {
    const state = await stack.state();
    if (state === null) return null;
    if (state.status.endsWith('_FAILED')) {
      throw stackErrors('stack_failed', { attempted, detail: `it could not be deleted: ${state.status}` });
    }
    await wait();
  }
}
