import { hasCode } from '../../../base/errors.ts';
import type { FlowFile } from './disk/flow-file.ts';
import type { FlowFolder } from './disk/flow-folder.ts';

/**
 * What `step` finds in the files. It lets others have their turn, and these may merge segments that it has still to read, or remove a file
 * for lack of room: what lacks something then is asked once more of files that are held as they are. `step` must return nothing that
 * reads on. Throws what `step` throws then, and what SQLite throws.
 */
export async function readFiles<Result>(
  folder: FlowFolder,
  step: (files: readonly FlowFile[]) => Result | Promise<Result>,
): Promise<Result> {
  try {
    return await step(folder.files());
  } catch (error) {
    if (!isOvertaken(error)) throw error;
  }
  using held = new DisposableStack();
  return await step(folder.heldFiles(held));
}

/** Or damaged: which of them, it shows when it is asked once more. */
function isOvertaken(error: unknown): boolean {
  // Of a database that was closed under a question.
  return hasCode(error, 'flows_damaged') || (error as NodeJS.ErrnoException | null)?.code === 'ERR_INVALID_STATE';
}
