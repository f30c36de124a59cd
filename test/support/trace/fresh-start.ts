/** Starts a server on a data folder of its own, says so, starts it again, says so. Run below strace by test/faults/start-syncs.test.ts. */
import { writeSync } from 'node:fs';
import { startServer } from '../servers/start-server.ts';

const data = process.argv[2] ?? '';
for (const which of ['fresh', 'existing']) {
  await using _server = await startServer({ data });
  writeSync(1, `serving ${which}\n`);
}
