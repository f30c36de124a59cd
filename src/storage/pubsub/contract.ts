/** What every PubSub promises; each adapter runs it. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test, type TestContext } from 'node:test';
import type { JsonObject } from '../records/record-store.ts';
import type { PubSub } from './pub-sub.ts';

/** `open` gives one server's view of the workspace's messages; two of them share everything or are the same. */
export function pubSubContract(name: string, open: (t: TestContext) => Promise<readonly [PubSub, PubSub]>): void {
  test(`${name}: a message reaches everybody on its topic, in order, and nobody else`, async (t) => {
    const [here, there] = await open(t);
    const heard: string[] = [];
    const done = new EventTarget();
    const all = once(done, 'all');
    const note =
      (who: string) =>
      ({ n }: JsonObject): void => {
        heard.push(`${who}${JSON.stringify(n)}`);
        if (heard.length === 6) done.dispatchEvent(new Event('all'));
      };
    using _first = here.subscribe('drive:a', note('x'));
    using _second = there.subscribe('drive:a', note('y'));
    using _other = there.subscribe('drive:b', note('z'));
    using _longer = there.subscribe('drive:a:b', note('z'));
    for (const n of [1, 2, 3]) here.publish('drive:a', { n });
    await all;
    assert.deepEqual(heard.toSorted(), ['x1', 'x2', 'x3', 'y1', 'y2', 'y3']);
    assert.deepEqual(
      heard.filter((each) => each.startsWith('y')),
      ['y1', 'y2', 'y3'],
    );
  });

  test(`${name}: who left hears nothing more, and one who fails keeps it from nobody`, async (t) => {
    const [here] = await open(t);
    const heard: string[] = [];
    const left = here.subscribe('t', () => heard.push('left'));
    using _broken = here.subscribe('t', () => {
      throw new Error('broken');
    });
    left[Symbol.dispose]();
    left[Symbol.dispose]();
    const reached = new Promise<JsonObject>((resolve) => here.subscribe('t', resolve));
    here.publish('t', { text: 'ünïcode 🙂', deep: { list: [1, null, 'a'] } });
    assert.deepEqual(await reached, { text: 'ünïcode 🙂', deep: { list: [1, null, 'a'] } });
    assert.deepEqual(heard, []);
  });

  test(`${name}: publishing where nobody listens, or after the end, does nothing`, async (t) => {
    const [here] = await open(t);
    here.publish('nobody', { n: 1 });
    const heard: JsonObject[] = [];
    here.subscribe('t', (message) => heard.push(message));
    await here[Symbol.asyncDispose]();
    here.publish('t', { n: 1 });
    assert.deepEqual(heard, []);
  });
}
