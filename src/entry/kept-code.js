// Runs a file together with what V8 made of it at an earlier start. The cache of Node keeps what a file compiles to
// before it runs, which leaves out nearly every function; compiling those again was a quarter of each start of the
// server. Here code is kept once the program has done what it does at a start. Plain JavaScript, like the start itself.
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Script } from 'node:vm';

// As in holdfast.js: imports of these would load more than is used.
const { hash } = process.getBuiltinModule('node:crypto');
const { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } = process.getBuiltinModule('node:fs');

/** A start is over by then, and the first requests have shown what they call. */
const KEEP_AFTER_MS = 2_000;
const SEAL_BYTES = 32;

/** What the file finds around it. */
const AROUND = 'exports, require, module, __filename, __dirname, importBeside';

/**
 * Runs a CommonJS file of ASCII alone, which calls `importBeside` in the place of `import`. Gives its exports, and a function to be called once what it starts with has
 * run: it keeps the compiled code in `folder` for the next time, soon after or when the process ends.
 * `folder` must be the caller's own, for whoever writes there decides what runs here; `null`: nothing is kept.
 */
export function runKept(path, folder) {
  const source = readFileSync(path);
  const place = folder === null ? null : placeOf(path, folder);
  const kept = place === null ? undefined : readKept(place, source);
  const script = new Script(`(function (${AROUND}) {${source.latin1Slice()}\n})`, {
    filename: path,
    ...(kept && { cachedData: kept }),
  });
  const module = { exports: {} };
  const importBeside = (name) => import(new URL(name, pathToFileURL(path)).href);
  script.runInThisContext()(module.exports, createRequire(path), module, path, dirname(path), importBeside);
  const isNew = place !== null && (kept === undefined || script.cachedDataRejected === true);
  return { exports: module.exports, keep: isNew ? keepOnce(script, place, source) : () => undefined };
}

/** One for each place where the program lies. */
function placeOf(path, folder) {
  return join(folder, `${basename(path)}-${hash('sha256', path).slice(0, 16)}`);
}

/** Made of this source, by this very Node, and whole: V8 itself looks at little more than the length of the source. */
function sealOf(source, code) {
  const made = `${process.version} ${process.arch} ${process.execPath} ${hash('sha256', source)} ${hash('sha256', code)}`;
  return hash('sha256', made, 'buffer');
}

function readKept(place, source) {
  try {
    const bytes = readFileSync(place);
    const code = bytes.subarray(SEAL_BYTES);
    return sealOf(source, code).equals(bytes.subarray(0, SEAL_BYTES)) ? code : undefined;
  } catch {
    return undefined;
  }
}

function keepOnce(script, place, source) {
  let done = false;
  const keep = () => {
    if (done) return;
    done = true;
    try {
      mkdirSync(dirname(place), { recursive: true, mode: 0o700 });
      const code = script.createCachedData();
      writeWhole(place, Buffer.concat([sealOf(source, code), code]));
    } catch {
      // Without it the next start is slower, and nothing else.
    }
  };
  return () => {
    setTimeout(keep, KEEP_AFTER_MS).unref();
    process.once('exit', keep);
  };
}

function writeWhole(place, bytes) {
  const beside = `${place}.${process.pid}`;
  try {
    writeFileSync(beside, bytes, { mode: 0o600 });
    renameSync(beside, place);
  } catch (error) {
    rmSync(beside, { force: true });
    throw error;
  }
}
