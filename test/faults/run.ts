/**
 * `npm run test:faults`: kills a real server again and again in the midst of work with files, then while notices leave, and
 * counts what is lost; then runs the tests beside this file: system calls in their order, and stores that fail. Exits 1 when anything is lost or a test fails.
 *
 *     npm run test:faults -- --rounds 100            a hundred kills of each; five when it is left out
 *     npm run test:faults -- --seed TEXT             makes the choices of an earlier run again, which printed it
 *     npm run test:faults -- --only kills|letters|tests      one part
 */
import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { globSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { killFigures } from './kill-figures.ts';
import { withoutOpenssl } from '../support/channels/certificates.ts';
import { withoutMailServer } from '../support/channels/mail-server.ts';
import { killRounds } from './kill-rounds.ts';
import { letterFigures, letterKills } from './letter-kills.ts';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    seed: { type: 'string', default: randomBytes(4).toString('hex') },
    only: { type: 'string' },
  },
});
const rounds = Number(values.rounds);
if (!Number.isInteger(rounds) || rounds < 1 || rounds > 100_000) {
  throw new Error(`--rounds takes a whole number from 1 to 100000, not "${values.rounds}"`);
}
if (values.only !== undefined && !['kills', 'letters', 'tests'].includes(values.only)) {
  throw new Error(`--only takes "kills", "letters" or "tests", not "${values.only}"`);
}

const does = (part: string): boolean => values.only === undefined || values.only === part;
if (does('kills')) {
  console.log(`Killing a server in ${rounds} rounds, seed ${values.seed}`);
  const started = performance.now();
  // Whoever has seen enough gets the figures of the rounds so far.
  const stop = new AbortController();
  process.once('SIGINT', () => stop.abort());
  const print = (line: string): void => console.log(line);
  const figures = await killRounds({ rounds, seed: values.seed, print, stop: stop.signal });
  console.log(killFigures(figures, (performance.now() - started) / 1000).join('\n'));
  if (figures.findings.complaints.length > 0) process.exitCode = 1;
}
const withoutReceivers = withoutMailServer || withoutOpenssl;
if (does('letters') && withoutReceivers !== false) console.log(`Letters are left out: ${withoutReceivers}`);
else if (does('letters')) {
  console.log(`Killing a server ${rounds} times while notices leave, seed ${values.seed}`);
  const started = performance.now();
  const stop = new AbortController();
  process.once('SIGINT', () => stop.abort());
  const print = (line: string): void => console.log(line);
  const figures = await letterKills({ kills: rounds, seed: values.seed, print, stop: stop.signal });
  console.log(letterFigures(figures, (performance.now() - started) / 1000).join('\n'));
  if (figures.complaints.length > 0) process.exitCode = 1;
}
const files = globSync(join(import.meta.dirname, '*.test.ts')).toSorted();
if (does('tests') && files.length > 0) {
  const { status } = spawnSync(
    process.execPath,
    ['--test', '--test-timeout=300000', '--test-concurrency=2', ...files],
    { stdio: 'inherit' },
  );
  if (status !== 0) process.exitCode = 1;
}
