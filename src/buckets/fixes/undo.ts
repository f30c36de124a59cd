/** Takes a fix back: each setting only if it still is what the fix made of it. */
import { hasCode } from '../../base/errors.ts';
import { eachAtOnce } from '../facts/gather.ts';
import type { ApplyOptions } from './apply.ts';
import { isSame, nameOf, type SettingValue, type Target } from './change.ts';
import type { ChangeState, ReceiptChange } from './receipt.ts';

/** `already`: it is as it was before the fix. `changed`: somebody has changed it since, and it was left alone. */
export const undoStates = ['undone', 'already', 'changed', 'refused', 'skipped'] as const;
export type UndoState = (typeof undoStates)[number];

export interface Undone {
  readonly target: Target;
  readonly state: UndoState;
  readonly detail?: string;
}

/** What was never made needs no undoing, but a fix that was cut off does not know of its last change. */
export function isUndoable(state: ChangeState): boolean {
  return state === 'made' || state === 'planned' || state === 'ignored';
}

/**
 * Looks at all settings of a bucket first: when one has been changed since, none of the bucket is touched. Looks again
 * right before each is written, and stops at the first that was changed meanwhile.
 */
export async function undoChanges(changes: readonly ReceiptChange[], options: ApplyOptions): Promise<Undone[]> {
  const groups = [...Map.groupBy(changes, ({ target }) => nameOf(target))];
  const undone: Undone[] = [];
  const done = eachAtOnce(groups, options.atOnce, async ([name, own]) => {
    options.onBucket?.(name);
    return await undoBucket(own.toReversed(), options);
  });
  for await (const some of done) undone.push(...some);
  return undone;
}

async function undoBucket(changes: readonly ReceiptChange[], options: ApplyOptions): Promise<Undone[]> {
  const { writer, signal } = options;
  const looked: { change: ReceiptChange; state: Look }[] = [];
  const undone: Undone[] = [];
  const seen = (change: ReceiptChange): Promise<SettingValue> => writer.read(change.target, signal);
  try {
    for (const change of changes) looked.push({ change, state: stateOf(change, await seen(change)) });
    if (looked.some(({ state }) => state === 'changed')) {
      return looked.map(({ change: { target }, state }) =>
        state === 'changed'
          ? { target, state, detail: CHANGED }
          : { target, state: state === 'already' ? 'already' : 'skipped' },
      );
    }
    for (const { change } of looked) {
      const { target, before } = change;
      const current = await seen(change);
      const state = stateOf(change, current);
      if (state === 'changed') {
        const left = changes
          .slice(undone.length + 1)
          .map((each) => ({ target: each.target, state: 'skipped' as const }));
        return [...undone, { target, state, detail: CHANGED }, ...left];
      }
      if (state === 'due') await writer.write(target, before, { upon: current, ...(signal ? { signal } : {}) });
      undone.push({ target, state: state === 'due' ? 'undone' : 'already' });
    }
    return undone;
  } catch (error) {
    if (!hasCode(error, 'bucket_change_failed')) throw error;
    const detail = error.detail ?? error.title;
    return changes.map(({ target }, at) => undone[at] ?? { target, state: 'refused', detail });
  }
}

type Look = 'due' | 'already' | 'changed';
const CHANGED = 'somebody has changed it since';

function stateOf({ target, before, after, written }: ReceiptChange, current: SettingValue): Look {
  // Versioning that was never on can only be suspended again.
  const isVersioning = target.kind === 'bucket' && target.setting === 'versioning';
  if (isSame(current, before)) return 'already';
  if (isVersioning && isSame(before, {}) && isSame(current, { Status: 'Suspended' })) return 'already';
  // A fix that was cut off did not come to note what the store had made of it.
  return isSame(current, written ?? after) || isSame(current, after) ? 'due' : 'changed';
}
