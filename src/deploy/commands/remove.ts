/** Taking a workspace down: what people stored stays, and how to remove that too is said and never done. */
import { stackErrors, type Stack } from '../../stacks/index.ts';
import { copiesStackOf } from './copies-stack.ts';
import type { Way } from './deployment.ts';

/** A stack of a guard is left: it guards the account, with or without a workspace. Throws `stack_failed`. */
export async function removeWorkspace(way: Way, stack: Stack, name: string): Promise<0> {
  const { context, openDeployment, applies } = way;
  const before = await stack.state();
  if (before === null) {
    throw stackErrors('stack_failed', {
      ...{ attempted: `Remove the stack ${name}`, detail: 'there is none', remedy: 'See the name.' },
    });
  }
  const { Objects, Copies, Records, Key } = before.outputs;
  const kept = { objects: Objects, copies: Copies, records: Records, key: Key };
  const elsewhere = before.parameters['BackupRegion'] ?? '';
  const copies = copiesStackOf(name, stack.region);
  await using copiesStack = elsewhere === '' ? null : await openDeployment(copies, elsewhere);
  const hasCopiesStack = copiesStack !== null && (await copiesStack.state()) !== null;
  if (applies) {
    await removeStack(stack, name, way);
    if (hasCopiesStack) await removeStack(copiesStack, copies, way);
  }
  context.terminal.show({ stack: name, removed: applies, kept }, () => [
    applies
      ? `The stack ${name} is gone: instance, address, network and roles.`
      : `The stack ${name} would go: instance, address, network and roles. Nothing is removed without --apply.`,
    ...(hasCopiesStack
      ? [`So ${applies ? 'is' : 'would'} the stack ${copies} in ${elsewhere}, without its bucket.`]
      : []),
    'What people stored stays, and costs what it did:',
    ...Object.entries(kept).flatMap(([what, id]) => (id === undefined ? [] : [`  ${what.padEnd(8)} ${id}`])),
    '  a snapshot of the disk',
    'The key opens the workspace key, which lies in the records: without both nobody opens the files any more.',
    'How all of it is removed for good, or served again: docs/guide/aws.md.',
  ]);
  return 0;
}

async function removeStack(stack: Stack, name: string, { pause }: Way): Promise<void> {
  await stack.remove();
  for (let now = await stack.state(); now !== null; now = await stack.state()) {
    if (now.status.endsWith('_FAILED')) {
      throw stackErrors('stack_failed', { attempted: `Remove the stack ${name}`, detail: now.status });
    }
    await pause();
  }
}
