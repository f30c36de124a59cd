/**
 * A folder of 100,000 files in the browser: how long until its first row is there, how many frames take over 50 ms while
 * somebody scrolls from one end to the other, and what it takes of memory. A real server, started by its command, and a
 * real Chromium.
 *
 *     node bench/scroll-100k.ts --folder DIR      keeps the filled workspace there, or uses the one that is there
 *     node bench/scroll-100k.ts --fill-only ...   fills it and measures nothing, which takes most of the time
 *     node bench/scroll-100k.ts --files 10000     a smaller one; writes nothing down
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Browser } from 'playwright-core';
import { openWorkspaceKey, ringInFile } from '../src/accounts/index.ts';
import { silentLog } from '../src/base/log.ts';
import { openDrive } from '../src/files/keys/access.ts';
import { openKeyCache } from '../src/files/keys/key-cache.ts';
import type { RecordStore } from '../src/storage/index.ts';
import { personalDrive } from '../test/support/clients/workspace-files.ts';
import { startServer } from '../test/support/servers/start-server.ts';
import { fillFolder } from './fill-folder.ts';
import { measureLongList, openSomeTimes } from './frame/long-list.ts';
import { IN_THE_MIDDLE, type Line, memoryLine, type Scrolled, scrollLines } from './frame/scrolling.ts';

const { values } = parseArgs({
  options: {
    files: { type: 'string', default: '100000' },
    folder: { type: 'string' },
    'fill-only': { type: 'boolean', default: false },
  },
});
const FILES = Number(values.files);
const ROW = 44;
/** Rows a second: from one end to the other in under two minutes, and as fast as a hand turns a wheel. */
const PACES = { through: 1000, wheel: 100 };
/** How long the wheel is turned, and how long the way through may take. */
const WHEEL_MS = 10_000;
const THROUGH_MS = 150_000;

interface Filled {
  readonly email: string;
  readonly password: string;
  readonly token: string;
  readonly driveId: string;
  readonly folderId: string;
}

/** A workspace with one person and one long folder. What is known of it lies beside its data. */
async function fill(folder: string): Promise<Filled> {
  const known = join(folder, `filled-${FILES}.json`);
  if (existsSync(known)) return JSON.parse(readFileSync(known, 'utf8')) as Filled;
  const data = join(folder, 'data');
  mkdirSync(data, { recursive: true, mode: 0o700 });
  let records: RecordStore | undefined;
  await using server = await startServer({ data, wrapRecords: (opened) => (records = opened) });
  if (!records) throw new Error('The server opened no records');
  const { email, password, token } = await server.signUp({ name: 'Ada', email: 'ada@example.org' });
  const drive = await personalDrive(server, token);
  const folderId = await drive.makeFolder('root', `${FILES} files`);
  const place = ringInFile(join(data, 'secrets/workspace.key'), silentLog);
  const deps = { place, records, clock: Date.now, log: silentLog };
  const rowMac = await openWorkspaceKey(deps);
  const session = await server.workspace.accounts.authenticate(token);
  const keyCache = openKeyCache({ clock: Date.now, idleMs: 60_000, maxEntries: 1 });
  const access = await openDrive({ records, rowMac, keyCache, log: silentLog }, session, drive.driveId, 'edit');
  keyCache[Symbol.dispose]();
  await fillFolder(records, access, folderId, FILES);
  // The first list of a long folder begins its index, which later ones are read from.
  await drive.list(folderId);
  await server.workspace.files.indexesMade();
  const filled = { email, password, token, driveId: drive.driveId, folderId };
  writeFileSync(known, JSON.stringify(filled), { mode: 0o600 });
  return filled;
}

/**
 * Scrolls at a pace, in rows a second, to the end or for a time, and answers how long each frame took. Waits where the next
 * page is still to come.
 */
const SCROLL = (pace: number, forMs: number): string => `(async () => {
  const grid = document.querySelector('[role=grid]');
  const frames = [];
  let [empty, looked] = [0, 0];
  const began = performance.now();
  let last = began;
  let top = grid.scrollTop;
  const middle = () => (${IN_THE_MIDDLE})(grid, '[role=row]');
  for (;;) {
    await new Promise((resolve) => requestAnimationFrame(resolve));
    const now = performance.now();
    const frameMs = now - last;
    frames.push(frameMs);
    last = now;
    if (frames.length % 10 === 0) {
      looked += 1;
      if (!middle()) empty += 1;
    }
    const furthest = grid.scrollHeight - grid.clientHeight;
    top = Math.max(0, Math.min(furthest, top + (frameMs / 1000) * ${pace * ROW}));
    grid.scrollTop = top;
    const isAtEnd = ${pace} < 0 ? top <= 0 : grid.getAttribute('aria-rowcount') !== '-1' && top >= furthest - 1;
    if (isAtEnd || now - began >= ${forMs}) return { frames, empty, looked, rows: Math.round((top + grid.clientHeight) / ${ROW}) };
  }
})()`;

interface ScrolledRows extends Scrolled {
  /** Down to which row it came. */
  readonly rows: number;
}

async function measure(browser: Browser, origin: string, filled: Filled): Promise<Line[]> {
  const lines: Line[] = [];
  const path = `/drives/${filled.driveId}/folders/${filled.folderId}`;
  const selector = '[role=grid] [role=row][aria-rowindex="2"]';
  const opening = { origin, person: filled, path, selector };
  const { page, line } = await openSomeTimes(browser, opening, 'from the address to the first row');
  lines.push(line);

  const devtools = await page.context().newCDPSession(page);
  await devtools.send('Performance.enable');
  lines.push(await memoryLine(devtools, 'memory with the first page'));
  const scroll = async (what: string, pace: number, forMs: number): Promise<Line[]> => {
    const scrolled = (await page.evaluate(SCROLL(pace, forMs))) as ScrolledRows;
    return scrollLines(what, scrolled, `to row ${scrolled.rows.toLocaleString('en')}`);
  };
  const through = `towards the end for at most ${THROUGH_MS / 1000} s, while pages come`;
  lines.push(...(await scroll(through, PACES.through, THROUGH_MS)));
  lines.push(await memoryLine(devtools, 'memory with all of it'));
  lines.push(...(await scroll('back at the pace of a wheel', -PACES.wheel, WHEEL_MS)));
  await page.context().close();
  return lines;
}

await measureLongList({
  name: 'scroll-100k',
  title: `Scrolling a folder of ${FILES.toLocaleString('en')} files`,
  notes: [
    `Towards the end the list moves by ${PACES.through} rows a second, many times faster than a wheel, whose pace is ${PACES.wheel}.`,
  ],
  folder: values.folder,
  fillOnly: values['fill-only'],
  isWhole: FILES === 100_000,
  fill,
  measure,
});
