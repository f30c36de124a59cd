/**
 * The whole gate in one command: `npm run check`. Every step runs even when an earlier one failed, so that one run
 * shows everything there is to mend; the summary at the end and the exit code tell.
 *
 * `npm run check -- lint types` runs only the named steps; `npm run check -- --without tests` leaves some out.
 */
import { spawnSync } from 'node:child_process';
import { delimiter, join } from 'node:path';

const ROOT = join(import.meta.dirname, '..');

/** Types of what has not changed since the last run are not worked out again. */
const types = (project: string, name: string): readonly string[] => [
  ...['tsc', '--noEmit', '-p', project],
  ...['--incremental', '--tsBuildInfoFile', join('node_modules/.cache', `${name}.tsbuildinfo`)],
];

const STEPS: Readonly<Record<string, readonly string[]>> = {
  format: ['oxfmt', '--check'],
  lint: ['oxlint', '--deny-warnings'],
  types: types('.', 'types'),
  webtypes: types('web', 'webtypes'),
  house: ['node', 'scripts/check-house.ts'],
  docs: ['node', 'scripts/check-docs.ts'],
  unused: ['knip'],
  tests: ['npm', 'test'],
};

function chosenSteps(words: readonly string[]): string[] {
  const leaveOut = words[0] === '--without';
  const named = leaveOut ? words.slice(1) : words;
  const unknown = named.filter((word) => !(word in STEPS));
  if (unknown.length > 0) {
    throw new Error(`Unknown step ${unknown.join(', ')}; there are ${Object.keys(STEPS).join(', ')}`);
  }
  if (named.length === 0) return Object.keys(STEPS);
  return Object.keys(STEPS).filter((step) => named.includes(step) !== leaveOut);
}

interface Outcome {
  readonly step: string;
  readonly ok: boolean;
  readonly seconds: number;
}

function run(step: string): Outcome {
  const [command = '', ...rest] = STEPS[step] ?? [];
  console.log(`\n== ${step}: ${[command, ...rest].join(' ')}`);
  const started = performance.now();
  const { status, error } = spawnSync(command, rest, {
    cwd: ROOT,
    stdio: 'inherit',
    // The tools of this checkout, and the pinned Node, come before whatever the machine has.
    env: { ...process.env, PATH: [join(ROOT, 'node_modules/.bin'), process.env['PATH']].join(delimiter) },
  });
  if (error) console.error(`Could not start ${command}: ${error.message}`);
  return { step, ok: status === 0, seconds: (performance.now() - started) / 1000 };
}

const outcomes = chosenSteps(process.argv.slice(2)).map(run);
console.log('\n== summary');
for (const { step, ok, seconds } of outcomes.toSorted((a, b) => Number(b.ok) - Number(a.ok))) {
  console.log(`${ok ? 'ok    ' : 'FAILED'}  ${step.padEnd(8)} ${seconds.toFixed(1).padStart(6)} s`);
}
process.exitCode = outcomes.every(({ ok }) => ok) ? 0 : 1;
