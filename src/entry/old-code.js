// Drops compiled code that no program has asked for in a while: that of older builds, and of checkouts that are gone. Each
// build keeps its own in a folder, whose time says when it was last started, to the day. Plain JavaScript, like the start.
import { join } from 'node:path';

// As in holdfast.js: an import of these would load more than is used.
const { lstatSync, readdirSync, renameSync, rmdirSync, unlinkSync, utimesSync } = process.getBuiltinModule('node:fs');

const KEPT_MS = 7 * 86_400_000;
/** Files, at most: a tenth of a second. What is left goes the next day. */
const MOST = 2000;
const DROPPED = 'dropped-';

/**
 * Notes that the build with this folder is in use, and drops from `folder` what was not in use for a week. Several processes
 * may be at it, and others may use what goes: they compile once more.
 */
export function dropOldCode(folder, own, nowMs = Date.now()) {
  try {
    utimesSync(own, nowMs / 1000, nowMs / 1000);
  } catch {
    return;
  }
  let left = MOST;
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    if (path === own) continue;
    try {
      left -= dropOne(folder, name, { nowMs, left });
    } catch {
      // Another process took it away, or it cannot be taken away: the start does not depend on it.
    }
    if (left <= 0) return;
  }
}

/** How many files went. */
function dropOne(folder, name, { nowMs, left }) {
  const path = join(folder, name);
  if (name.startsWith(DROPPED)) return remove(path, left);
  if (lstatSync(path).mtimeMs > nowMs - KEPT_MS) return 0;
  // Whole, and out of the way of whoever starts that build now: it keeps its code in a new folder.
  const away = join(folder, DROPPED + name);
  renameSync(path, away);
  return remove(away, left);
}

function remove(path, most) {
  if (!lstatSync(path).isDirectory()) {
    unlinkSync(path);
    return 1;
  }
  let gone = 0;
  for (const name of readdirSync(path)) {
    if (gone >= most) return gone;
    gone += remove(join(path, name), most - gone);
  }
  if (gone < most) rmdirSync(path);
  return gone;
}
