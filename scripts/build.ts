/**
 * Builds `dist/`, what `npm pack` carries: plain JavaScript with every dependency inside, because Node strips no types
 * under node_modules and because one folder is easier to audit than a tree.
 *
 * The layout is flat: `holdfast.js`, `kept-code.js` and `old-code.js` (the start, copied as it is), `cli.js`, `serve.cjs` (all that a
 * start of the server needs), `age.cjs` (`encrypt` and `decrypt`), `host-scripts/` (checks and probes of hosts as they are, with their hashes), `guard-lambda.js` with `guard.yaml` (the guard in AWS Lambda),
 * `deploy/` (what makes a workspace in AWS), one file per worker, and chunks that load
 * when a verb needs them. Flat, so that code finds the file of its worker beside itself, as it does in a checkout.
 */
import { build, type Metafile } from 'esbuild';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  globSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { partOfState, stateOfSources } from '../src/entry/built.js';
import { buildWeb } from './build-web.ts';
import { withChanges } from './bundle/changes.ts';
import { buildOneFile } from './bundle/one-file.ts';
import { licencesOf, packagesOf } from './licences.ts';

const ROOT = join(import.meta.dirname, '..');
const DIST = join(ROOT, 'dist');
/** Built beside and swapped in whole: programs that run from dist/ meanwhile find all of it, the old or the new. */
const NEW = join(ROOT, `.build-${process.pid}`);
const OLD = join(ROOT, `.build-${process.pid}-old`);

/** Dependencies written for CommonJS expect these three; an ES module has none of them. */
const COMMONJS = `import { createRequire as bundledCreateRequire } from 'node:module';
import { dirname as bundledDirname } from 'node:path';
import { fileURLToPath as bundledFileURLToPath } from 'node:url';
const require = bundledCreateRequire(import.meta.url);
const __filename = bundledFileURLToPath(import.meta.url);
const __dirname = bundledDirname(__filename);`;

async function bundle(): Promise<Metafile> {
  const workers = globSync('src/**/*-worker.ts', { cwd: ROOT }).toSorted();
  const entries = ['src/entry/cli.ts', ...workers];
  const { metafile } = await build({
    absWorkingDir: ROOT,
    entryPoints: Object.fromEntries(entries.map((path) => [basename(path, '.ts'), path])),
    outdir: NEW,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node24',
    chunkNames: '[name]-[hash]',
    minifySyntax: true,
    minifyWhitespace: true,
    legalComments: 'none',
    banner: { js: COMMONJS },
    metafile: true,
    plugins: [withChanges],
    logLevel: 'warning',
  });
  return metafile;
}

/** The guard in AWS Lambda: one file, which goes into a zip of its own. */
async function bundleGuard(): Promise<Metafile> {
  const { metafile } = await build({
    absWorkingDir: ROOT,
    entryPoints: ['src/entry/guard-lambda.ts'],
    outfile: join(NEW, 'guard-lambda.js'),
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node24',
    // Downloaded with each cold start, and held in memory.
    minify: true,
    legalComments: 'none',
    banner: { js: COMMONJS },
    metafile: true,
    plugins: [withChanges],
    logLevel: 'warning',
  });
  copyFileSync(join(ROOT, 'deploy/aws/guard.yaml'), join(NEW, 'guard.yaml'));
  return metafile;
}

/** What makes a workspace in AWS, as `holdfast deploy aws` sends it there with all the rest. */
function copyDeployment(): void {
  mkdirSync(join(NEW, 'deploy'));
  for (const path of ['aws/workspace.yaml', 'aws/copies.yaml', 'aws/boot.sh', 'systemd/holdfast.service']) {
    copyFileSync(join(ROOT, 'deploy', path), join(NEW, 'deploy', basename(path)));
  }
}

/** Checks of hosts are scripts that people read: they stay as they were written. The hashes tell when one was changed. */
function copyHostScripts(): void {
  const paths = globSync('{native,bundle,checks/*,probes/*}/*.{sh,ps1,awk,tsv,txt}', { cwd: join(ROOT, 'src/host') });
  const lines = paths.toSorted().map((path) => {
    const bytes = readFileSync(join(ROOT, 'src/host', path));
    const to = join(NEW, 'host-scripts', path);
    mkdirSync(dirname(to), { recursive: true });
    writeFileSync(to, bytes);
    return `${createHash('sha256').update(bytes).digest('hex')}  ${path}\n`;
  });
  writeFileSync(join(NEW, 'host-scripts/SHA256SUMS'), lines.join(''));
}

/** Node itself reads these first, on whatever version: they stay as they were written. */
function copyStart(): void {
  const start = join(NEW, 'holdfast.js');
  const text = readFileSync(join(ROOT, 'src/entry/holdfast.js'), 'utf8');
  writeFileSync(start, text.startsWith('#!') ? text : `#!/usr/bin/env node\n${text}`);
  chmodSync(start, 0o755);
  for (const file of ['kept-code.js', 'old-code.js']) copyFileSync(join(ROOT, 'src/entry', file), join(NEW, file));
}

/** Of what a build has read, what it has put into its files. */
function partsOf({ outputs }: Metafile): string[] {
  return Object.values(outputs).flatMap(({ inputs }) => Object.keys(inputs));
}

function unitedSize(): number {
  return readdirSync(NEW).reduce((sum, file) => sum + statSync(join(NEW, file)).size, 0);
}

// Taken before the build reads them: a source that changes meanwhile makes the result count as old.
const sources = stateOfSources();
try {
  mkdirSync(NEW);
  const split = await bundle();
  const united = await buildOneFile({ root: ROOT, entry: 'src/entry/serve.ts', split, folder: NEW, name: 'serve.cjs' });
  const age = await buildOneFile({ root: ROOT, entry: 'src/entry/age.ts', split, folder: NEW, name: 'age.cjs' });
  const guard = await bundleGuard();
  copyStart();
  copyHostScripts();
  copyDeployment();
  const inputs = [split, united, age, guard].flatMap((each) => Object.keys(each.inputs));
  const packages = packagesOf(inputs);
  writeFileSync(join(NEW, 'THIRD-PARTY-LICENSES.txt'), `${licencesOf(ROOT, packages)}\n`);
  if (!existsSync(join(NEW, 'cli.js'))) throw new Error('Build dist/: cli.js is missing');
  writeFileSync(join(NEW, 'built-from.txt'), sources);
  writeFileSync(join(NEW, 'built-from-age.txt'), partOfState(sources, [...partsOf(age), 'src/age/stripe-worker.ts']));
  console.error(
    `dist/: ${readdirSync(NEW).length} files, ${(unitedSize() / 2 ** 20).toFixed(1)} MiB, ${packages.length} packages inside`,
  );
  await buildWeb(join(NEW, 'web'));
  if (existsSync(DIST)) renameSync(DIST, OLD);
  renameSync(NEW, DIST);
} finally {
  for (const folder of [NEW, OLD]) rmSync(folder, { recursive: true, force: true });
}
