import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import { test } from 'node:test';
import type { WebSocket } from 'ws';
import { openPings } from './web-socket-pings.ts';

class Other extends EventEmitter {
  pinged = 0;
  isCut = false;
  readonly answers: boolean;

  constructor(answers: boolean) {
    super();
    this.answers = answers;
  }

  ping(): void {
    this.pinged += 1;
    if (this.answers) this.emit('pong');
  }

  terminate(): void {
    this.isCut = true;
    this.emit('close');
  }
}

test('each connection is pinged once in a round from when it came, and cut when it did not answer the last', (t) => {
  t.mock.timers.enable({ apis: ['setInterval'] });
  using pings = openPings(16_000);
  const [early, late, silent, gone] = [new Other(true), new Other(true), new Other(false), new Other(true)];
  const add = (other: Other): void => pings.add(other as unknown as WebSocket);
  for (const other of [early, silent, gone]) add(other);
  t.mock.timers.tick(15_000);
  add(late);
  assert.deepEqual([early.pinged, silent.pinged], [0, 0], 'not before a whole round is over');
  gone.emit('close');
  t.mock.timers.tick(1000);
  assert.deepEqual([early.pinged, silent.pinged, late.pinged, gone.pinged], [1, 1, 0, 0]);
  t.mock.timers.tick(15_000);
  assert.deepEqual([early.pinged, late.pinged, silent.isCut], [1, 1, false]);
  t.mock.timers.tick(1000);
  assert.deepEqual([early.pinged, early.isCut, silent.pinged, silent.isCut], [2, false, 1, true]);
  t.mock.timers.tick(32_000);
  assert.deepEqual([early.pinged, late.pinged, silent.pinged, gone.pinged], [4, 3, 1, 0]);
});
