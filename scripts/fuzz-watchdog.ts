/** A thread beside `fuzz-network.ts`: where one seed goes on and on, it says which, and ends the process. `seeds`: the one that is at work. */
import { writeSync } from 'node:fs';
import { workerData } from 'node:worker_threads';

const MOST_LOOKS = 60;
const seeds = workerData as Int32Array;
let [seen, looks] = [-1, 0];
setInterval(() => {
  const now = Atomics.load(seeds, 0);
  looks = now === seen ? looks + 1 : 0;
  seen = now;
  if (looks < MOST_LOOKS) return;
  writeSync(2, `The seed ${now} has gone on for ${MOST_LOOKS} s: it hangs\n`);
  process.kill(process.pid, 'SIGKILL');
}, 1000);
