import assert from 'node:assert/strict';
import { test } from 'node:test';
import { silentLog } from '../../base/log.ts';
import { sweepFlows } from './sweep-flows.ts';

/** What is told of a sweep of which these steps fail. */
async function told(failing: readonly ('sweep' | 'addUp')[]): Promise<readonly string[]> {
  const lines: string[] = [];
  const step = async (name: 'sweep' | 'addUp'): Promise<void> => {
    if (failing.includes(name)) throw new Error('as the store says it');
  };
  const store = {
    async sweep() {
      await step('sweep');
      return { removed: 3, lost: 0 };
    },
    addUp: () => step('addUp'),
  };
  const log = { ...silentLog, info: (_: object, line: string) => void lines.push(line) };
  await sweepFlows(store, { clock: Date.now, log: { ...log, warn: log.info } });
  return lines.map((line) => line.replace(/:.*/, ''));
}

test('an hour that takes too long to add up is not told as flows that could not be removed, nor the reverse', async () => {
  const removed = 'Flows that are kept no longer were removed';
  const [notRemoved, notAdded] = ['Old flows could not be removed', 'Hours of flows could not be added up'];
  assert.deepEqual(await told([]), [removed]);
  assert.deepEqual(await told(['addUp']), [removed, notAdded]);
  assert.deepEqual(await told(['sweep']), [notRemoved]);
  assert.deepEqual(await told(['sweep', 'addUp']), [notRemoved, notAdded]);
});
