/**
 * Builds the web app into a folder: one page, and files whose names change with what is in them. Each file is compressed
 * here, once and as tightly as it goes, so that the server never does it.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import { build as bundle } from 'esbuild';
import { build, type Rolldown } from 'vite';
import { licencesOf, packagesOf } from './licences.ts';

const ROOT = join(import.meta.dirname, '..');
/** Below this a file fits in one packet, compressed or not. */
const WORTH_COMPRESSING_BYTES = 1024;

export async function buildWeb(folder: string): Promise<void> {
  const configFile = join(ROOT, 'web/vite.config.ts');
  const built = await build({ configFile, logLevel: 'warn', build: { outDir: folder } });
  await buildWorker(join(folder, 'service-worker.js'));
  const outputs = (Array.isArray(built) ? built : [built]) as Rolldown.RolldownOutput[];
  const chunks = outputs.flatMap(({ output }) => output).filter((each) => each.type === 'chunk');
  // Virtual modules have names that start with NUL and are no paths.
  const modules = chunks.flatMap(({ moduleIds }) => moduleIds).filter((id) => !id.startsWith('\0'));
  const packages = packagesOf(modules);
  const assets = join(folder, 'assets');
  writeFileSync(join(assets, 'third-party-licences.txt'), `${licencesOf(ROOT, packages)}\n`);
  await Promise.all(readdirSync(assets).map((name) => compress(join(assets, name))));
  const first = firstLoad(readFileSync(join(folder, 'index.html'), 'utf8'), assets);
  console.error(
    `Web app: ${chunks.length} scripts, ${packages.length} packages inside, ` +
      `first load ${(first / 1024).toFixed(0)} KiB compressed with gzip`,
  );
}

/** One file under a name that stays; it shares nothing with the page, whose files change their names. */
async function buildWorker(outfile: string): Promise<void> {
  const entryPoints = [join(ROOT, 'web/src/worker/service-worker.ts')];
  const form = { bundle: true, format: 'iife', target: 'es2023', minify: true, legalComments: 'none' } as const;
  await bundle({ entryPoints, outfile, ...form, logLevel: 'warning' });
}

async function compress(path: string): Promise<void> {
  const bytes = readFileSync(path);
  if (bytes.length < WORTH_COMPRESSING_BYTES) return;
  const params = { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY };
  writeFileSync(`${path}.br`, await promisify(brotliCompress)(bytes, { params }));
  writeFileSync(`${path}.gz`, await promisify(gzip)(bytes, { level: constants.Z_BEST_COMPRESSION }));
}

/** Bytes of what the page names, which is what a browser fetches before it shows anything. */
function firstLoad(page: string, assets: string): number {
  const names = [...page.matchAll(/\/assets\/([^"]+)"/g)].map(([, name = '']) => name);
  const present = new Set(readdirSync(assets));
  const sent = (name: string): string => (present.has(`${name}.gz`) ? `${name}.gz` : name);
  return [...new Set(names)].reduce((sum, name) => sum + readFileSync(join(assets, sent(name))).length, 0);
}
