/** A deployment from a verb: what would change is shown first, and made so where that is wanted. */
import type { CommandContext } from '../base/commands/command.ts';
import { visible } from '../base/text/visible.ts';
import { eventLine, watchStack, type PlannedChange, type Stack, type StackFile, type StackState } from './stack.ts';

export interface Deployment {
  readonly template: string;
  /** Those that are `null` stay as they were. */
  readonly parameters: Readonly<Record<string, string | null>>;
  /** What the template takes from a bucket; put there when it is applied. */
  readonly files: readonly StackFile[];
  readonly bucket: string;
  readonly applies: boolean;
  /** The changes were shown already. */
  readonly isShown?: boolean;
  /** See {@link Stack.plan}. */
  readonly revertsDrift?: boolean;
  /** Between two looks at what goes on. */
  readonly pause: () => Promise<void>;
}

export interface Deployed {
  readonly changes: readonly PlannedChange[];
  /** `null`: nothing was changed. */
  readonly state: StackState | null;
  /** The changes as a table; no lines where there are none. */
  readonly lines: readonly string[];
}

/** Throws `stack_failed`, `stack_code_bucket`. */
export async function deployStack(
  { terminal }: CommandContext,
  stack: Stack,
  deployment: Deployment,
): Promise<Deployed> {
  const { template, parameters, files, bucket, applies, isShown = false, revertsDrift, pause } = deployment;
  const changes = await stack.plan(template, parameters, revertsDrift);
  const lines =
    changes.length === 0
      ? []
      : terminal.table(
          [{ title: 'Change' }, { title: 'What' }, { title: 'Type', cut: true }],
          changes.map((each) => [each.isReplaced ? `${each.action}, anew` : each.action, each.resource, each.type]),
        );
  if (changes.length === 0 || !applies) {
    await stack.forgetPlan();
    return { changes, state: null, lines };
  }
  if (!isShown) for (const line of lines) terminal.note(line);
  for (const file of files) await stack.putFile(bucket, file);
  const old = new Set((await stack.events()).map(({ id }) => id));
  await stack.execute();
  const onEvent: Parameters<typeof watchStack>[1]['onEvent'] = (event) => terminal.note(visible(eventLine(event)));
  return { changes, state: await watchStack(stack, { old, onEvent, wait: pause }), lines };
}
