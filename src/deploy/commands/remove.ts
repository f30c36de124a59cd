/** Taking a workspace down: what people stored stays, and how to remove that too is said and never done. */
import type { CommandContext } from '../../base/command.ts';
import { stackErrors, type Stack } from '../../stacks/index.ts';

export interface Removal {
  readonly name: string;
  readonly applies: boolean;
  readonly pause: () => Promise<void>;
}

/** Throws `stack_failed`. */
export async function removeWorkspace({ terminal }: CommandContext, stack: Stack, removal: Removal): Promise<0> {
  const { name, applies, pause } = removal;
  const attempted = `Remove the stack ${name}`;
  const before = await stack.state();
  if (before === null)
    throw stackErrors('stack_failed', { attempted, detail: 'there is none', remedy: 'See the name.' });
  const { Objects, Copies, Records, Key } = before.outputs;
  const kept = { objects: Objects, copies: Copies, records: Records, key: Key };
  if (applies) {
    await stack.remove();
    for (let now = await stack.state(); now !== null; now = await stack.state()) {
      if (now.status.endsWith('_FAILED')) throw stackErrors('stack_failed', { attempted, detail: now.status });
      await pause();
    }
  }
  terminal.show({ stack: name, removed: applies, kept }, () => [
    applies
      ? `The stack ${name} is gone: instance, address, network and roles.`
      : `The stack ${name} would go: instance, address, network and roles. Nothing is removed without --apply.`,
    'What people stored stays, and costs what it did:',
    ...Object.entries(kept).flatMap(([what, id]) => (id === undefined ? [] : [`  ${what.padEnd(8)} ${id}`])),
    '  a snapshot of the disk',
    'The key opens the workspace key, which lies in the records: without both nobody opens the files any more.',
    'How all of it is removed for good, or served again: docs/guide/aws.md.',
  ]);
  return 0;
}
