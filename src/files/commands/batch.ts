import type { ExitCode, Terminal } from '../../base/commands/command.ts';
import { quoted } from '../../base/text/visible.ts';
import { whileTrying } from './remote/remote-tree.ts';
import { stopsAll } from './transfer/retry.ts';
import { failureLines, failureOf, type FileResult } from './transfer/transfer-report.ts';

/** One of several things that a verb was asked for and did not do; also what `--json` shows of it. */
export type NotDone = Pick<FileResult, 'problem'> & {
  readonly path: string;
  readonly outcome: 'failed' | 'not_tried';
};

export interface Batch<Done> {
  readonly done: readonly Done[];
  readonly failed: readonly NotDone[];
}

/**
 * Does the same with each thing that was named, one after the other. One that fails does not stop the others; a server
 * that is gone does. Where only one was named its error is thrown, with what was tried where the error does not say it.
 */
export async function inBatch<Item extends { readonly shown: string }, Done>(
  items: readonly Item[],
  { verb, signal }: { readonly verb: string; readonly signal: AbortSignal },
  act: (item: Item) => Promise<Done>,
): Promise<Batch<Done>> {
  const done: Done[] = [];
  const failed: NotDone[] = [];
  let stopped = false;
  for (const item of items) {
    signal.throwIfAborted();
    const path = item.shown;
    if (stopped) {
      failed.push({ path, outcome: 'not_tried' });
      continue;
    }
    try {
      done.push(await act(item));
    } catch (error) {
      signal.throwIfAborted();
      if (items.length === 1) throw whileTrying(`${verb} ${quoted(path)}`, error);
      failed.push({ path, outcome: 'failed', problem: failureOf(error) });
      stopped = stopsAll(error);
    }
  }
  return { done, failed };
}

/** Shows what was done under `name`, and what was not by its path; 3 when anything was asked for and not done. */
export function showBatch<Done>(
  { done, failed }: Batch<Done>,
  { terminal, name, lines }: { readonly terminal: Terminal; readonly name: string; readonly lines: () => string[] },
): ExitCode {
  const { styles } = terminal;
  const complete = failed.length === 0;
  terminal.show({ [name]: done, complete, failed }, () => [
    ...(done.length > 0 ? lines() : []),
    ...failed.flatMap(({ path, problem }) => failureLines(path, problem, styles)),
    ...(complete ? [] : [styles.danger(`Not complete: ${failed.length} of ${done.length + failed.length} not done.`)]),
  ]);
  return complete ? 0 : 3;
}
