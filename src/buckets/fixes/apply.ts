/** Makes changes: bucket by bucket, those of one bucket one after the other, each only upon what was seen before. */
import { hasCode } from '../../base/errors.ts';
import { eachAtOnce } from '../facts/gather.ts';
import type { BucketWriter } from './bucket-writer.ts';
import { isSame, nameOf, type Change, type SettingValue } from './change.ts';
import type { ReceiptChange } from './receipt.ts';

export interface ApplyOptions {
  readonly writer: BucketWriter;
  readonly atOnce: number;
  readonly signal?: AbortSignal;
  readonly onBucket?: (name: string) => void;
}

/** What became of each change, in the order given. Once one of a bucket is not made, its others are left. */
export async function applyChanges(changes: readonly Change[], options: ApplyOptions): Promise<ReceiptChange[]> {
  const outcomes = new Map<Change, ReceiptChange>();
  const groups = [...Map.groupBy(changes, ({ target }) => nameOf(target))];
  const done = eachAtOnce(groups, options.atOnce, async ([name, own]) => {
    let isOn = true;
    for (const change of own) {
      const outcome: ReceiptChange = isOn ? await applyOne(change, options) : { ...change, state: 'skipped' };
      outcomes.set(change, outcome);
      isOn &&= outcome.state === 'made';
    }
    return name;
  });
  for await (const name of done) options.onBucket?.(name);
  return changes.map((change) => outcomes.get(change) ?? { ...change, state: 'planned' });
}

async function applyOne(change: Change, { writer, signal }: ApplyOptions): Promise<ReceiptChange> {
  const { target, before, after } = change;
  let isSent = false;
  try {
    const current = await writer.read(target, signal);
    if (!isSame(current, before)) {
      return { ...change, state: 'skipped', detail: 'somebody changed it after it was looked at' };
    }
    isSent = true;
    await writer.write(target, after, { upon: current, ...(signal ? { signal } : {}) });
    const written: SettingValue = await writer.read(target, signal);
    if (isSame(written, before))
      return { ...change, state: 'ignored', written, detail: 'the store took it and did nothing' };
    return { ...change, state: 'made', written };
  } catch (error) {
    if (!hasCode(error, 'bucket_change_failed')) throw error;
    const detail = error.detail ?? error.title;
    // A change may have been made although its answer was lost, or could not be looked at afterwards: undo has to see it.
    if (isSent && !(await isStillBefore(change, { writer, signal }))) {
      return { ...change, state: 'planned', detail: `nobody knows whether it was made: ${detail}` };
    }
    return { ...change, state: 'refused', detail };
  }
}

async function isStillBefore(
  { target, before }: Change,
  { writer, signal }: { readonly writer: BucketWriter; readonly signal: AbortSignal | undefined },
): Promise<boolean> {
  try {
    return isSame(await writer.read(target, signal), before);
  } catch (error) {
    if (!hasCode(error, 'bucket_change_failed')) throw error;
    return false;
  }
}
