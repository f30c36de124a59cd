import { connect } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { ADDRESS } from '../labs/captured-wire.ts';

const MOST_TRIES = 300;

/** Resolves once somebody listens there. */
export async function listens(port: number): Promise<void> {
  for (let tries = 0; tries < MOST_TRIES; tries += 1) {
    const isThere = await new Promise<boolean>((resolve) => {
      const socket = connect(port, ADDRESS);
      socket.once('connect', () => {
        socket.destroy();
        resolve(true);
      });
      socket.once('error', () => resolve(false));
    });
    if (isThere) return;
    await wait(50);
  }
  throw new Error(`Nobody listens on ${port}`);
}
