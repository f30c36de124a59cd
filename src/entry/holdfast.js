// The first file of every start. Plain JavaScript, so that an older Node can run it far enough to say what is missing.
import * as module from 'node:module';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

// As an import, all of what they offer would be loaded, web streams and web cryptography included.
const require = module.createRequire(import.meta.url);
const crypto = require('node:crypto');
const { existsSync, statSync } = require('node:fs');

const MAY_BE_MISSING = { throwIfNoEntry: false };

/** By verb. */
const ONE_FILE = { __proto__: null, serve: 'serve.cjs', encrypt: 'age.cjs', decrypt: 'age.cjs' };

const missing = [
  typeof crypto.encapsulate === 'function' && hasMlKem() ? null : 'ML-KEM-768',
  typeof crypto.argon2 === 'function' ? null : 'Argon2id',
  module.isBuiltin('node:sqlite') ? null : 'node:sqlite',
].filter(Boolean);

if (missing.length > 0) {
  process.stderr.write(
    `Start Holdfast: this Node (${process.version}, ${process.execPath}) lacks ${missing.join(', ')}.\n${advice()}\n`,
  );
  process.exitCode = 3;
} else {
  const cache = compileCacheFolder();
  if (cache) module.enableCompileCache(cache);
  if (cache && isADayOld(cache)) {
    const { dropOldCode } = await import('./old-code.js');
    process.once('exit', () => dropOldCode(dirname(cache), cache));
  }
  const file = ONE_FILE[process.argv[2]];
  const built = await builtFolder(file);
  if (built !== null && file !== undefined) await runOneFile(fileURLToPath(new URL(file, built)), cache);
  else await import(built === null ? './cli.ts' : new URL('cli.js', built).href);
}

/** The built package has cli.js beside this file; a checkout has it in dist/, and `null` where that is none of its sources. */
async function builtFolder(file) {
  if (existsSync(new URL('./cli.js', import.meta.url))) return new URL('./', import.meta.url);
  // The version is told by the first file of the sources; finding out whether a build is as new would take longer.
  if (process.argv.length === 3 && process.argv[2] === '--version') return null;
  return (await import('./built.js')).builtFolder(file);
}

/** What is started to be used at once lies in one file, which comes with its compiled code. */
async function runOneFile(path, cache) {
  const { runKept } = await import('./kept-code.js');
  const { exports, keep } = runKept(path, cache);
  process.exitCode = await exports.run(process.argv.slice(2), keep);
}

function hasMlKem() {
  try {
    crypto.generateKeyPairSync('ml-kem-768');
    return true;
  } catch {
    return false;
  }
}

/** Names the pinned Node that npm brought, where there is one: to a checkout, to the package, or beside the package. */
function advice() {
  const places = ['../../node_modules/.bin/node', '../node_modules/.bin/node', '../../.bin/node'];
  const pinned = places.map((place) => fileURLToPath(new URL(place, import.meta.url))).find((path) => existsSync(path));
  if (pinned !== undefined && pinned !== process.execPath) {
    return `Use the pinned one: ${pinned} ${process.argv.slice(1).join(' ')}`;
  }
  return 'Install Node 24.21 or newer, or run it from a checkout after `npm ci`, which brings the pinned Node 24.21.0.';
}

/**
 * Compiled code is kept in the caller's own home: Node's default, a shared folder under /tmp, can be made by another
 * user first, who could then put code there that runs as us. No home of our own (sudo keeps the caller's): no cache.
 */
function compileCacheFolder() {
  try {
    const home = homedir();
    const owner = statSync(home).uid;
    if (process.getuid && owner !== process.getuid()) return null;
    return join(home, '.cache', 'holdfast', 'compile', nameOfBuild());
  } catch {
    return null;
  }
}

/** Each build has a folder of its own, so that what no build asks for any more can go. */
function nameOfBuild() {
  const built = ['./cli.js', '../../dist/cli.js'].map((path) =>
    statSync(new URL(path, import.meta.url), MAY_BE_MISSING),
  );
  const { size = 0, mtimeMs = 0 } = built.find(Boolean) ?? {};
  return crypto.hash('sha256', `${import.meta.url} ${size} ${mtimeMs}`).slice(0, 16);
}

/** When this build was last noted as used; one that keeps nothing yet has nothing to note. */
function isADayOld(cache) {
  const { mtimeMs = Infinity } = statSync(cache, MAY_BE_MISSING) ?? {};
  return mtimeMs < Date.now() - 86_400_000;
}
