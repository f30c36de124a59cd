/**
 * A folder of 100,000 files in the browser: how long until its first row is there, how many frames take over 50 ms while
 * somebody scrolls from one end to the other, and what it takes of memory. A real server, started by its command, and a
 * real Chromium.
 *
 *     node bench/scroll-100k.ts --folder DIR      keeps the filled workspace there, or uses the one that is there
 *     node bench/scroll-100k.ts --fill-only ...   fills it and measures nothing, which takes most of the time
 *     node bench/scroll-100k.ts --files 10000     a smaller one; writes nothing down
 */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Browser, CDPSession, Page } from 'playwright-core';
import { formatted } from '../scripts/pages/formatted.ts';
import { openWorkspaceKey } from '../src/accounts/index.ts';
import { silentLog } from '../src/base/log.ts';
import { openDrive } from '../src/files/keys/access.ts';
import { openKeyCache } from '../src/files/keys/key-cache.ts';
import type { RecordStore } from '../src/storage/index.ts';
import { openChromium } from '../test/support/browser/chromium.ts';
import { sessionCookieFor } from '../test/support/browser/person-over-http.ts';
import { personalDrive } from '../test/support/workspace-files.ts';
import { startServer } from '../test/support/start-server.ts';
import { serveByCommand } from '../test/support/workspace-by-command.ts';
import { fillFolder } from './fill-folder.ts';
import { machine } from './machine.ts';

const { values } = parseArgs({
  options: {
    files: { type: 'string', default: '100000' },
    folder: { type: 'string' },
    'fill-only': { type: 'boolean', default: false },
  },
});
const FILES = Number(values.files);
const OPENINGS = 5;
const ROW = 44;
/** Rows a second: from one end to the other in under two minutes, and as fast as a hand turns a wheel. */
const PACES = { through: 1000, wheel: 100 };
/** How long the wheel is turned, and how long the way through may take. */
const WHEEL_MS = 10_000;
const THROUGH_MS = 150_000;
const SLOW_FRAME_MS = 50;
const ROOT = join(import.meta.dirname, '..');
const LAUNCHER = [process.execPath, join(ROOT, 'src/entry/holdfast.js')];

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
  const deps = { file: join(data, 'secrets/workspace.key'), records, clock: Date.now, log: silentLog };
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

/** Milliseconds from the beginning of the navigation to the first row of the list. Runs in every page. */
const NOTE_FIRST_ROW = `new MutationObserver((_, watching) => {
  if (!document.querySelector('[role=grid] [role=row][aria-rowindex="2"]')) return;
  watching.disconnect();
  requestAnimationFrame(() => setTimeout(() => (window.firstRowMs = performance.now())));
}).observe(document, { childList: true, subtree: true })`;

const FIRST_ROW = `new Promise((resolve) => {
  const look = () => (window.firstRowMs > 0 ? resolve(window.firstRowMs) : requestAnimationFrame(look));
  look();
})`;

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
  const middle = () => {
    const { left, top, width, height } = grid.getBoundingClientRect();
    return document.elementFromPoint(left + width / 2, top + height / 2)?.closest('[role=row]');
  };
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

interface Scrolled {
  readonly frames: readonly number[];
  readonly empty: number;
  readonly looked: number;
  /** Down to which row it came. */
  readonly rows: number;
}

interface Line {
  readonly what: string;
  readonly measured: string;
}

function median(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? Number.NaN;
}

function scrollLines(what: string, { frames, empty, looked, rows }: Scrolled): Line[] {
  const slow = frames.filter((ms) => ms > SLOW_FRAME_MS);
  const seconds = frames.reduce((sum, ms) => sum + ms, 0) / 1000;
  const sorted = frames.toSorted((a, b) => a - b);
  const at = (share: number): string => (sorted[Math.floor(share * (sorted.length - 1))] ?? Number.NaN).toFixed(1);
  const share = ((100 * slow.length) / frames.length).toFixed(2);
  return [
    { what, measured: `${frames.length} frames in ${seconds.toFixed(1)} s, to row ${rows.toLocaleString('en')}` },
    { what: `frames over ${SLOW_FRAME_MS} ms`, measured: `${slow.length} (${share} %)` },
    { what: 'a frame: median, 99 of 100, longest', measured: `${at(0.5)}, ${at(0.99)}, ${at(1)} ms` },
    { what: 'no row in the middle of the list', measured: `${empty} of ${looked} frames that were looked at` },
  ];
}

async function memoryLine(devtools: CDPSession, what: string): Promise<Line> {
  await devtools.send('HeapProfiler.collectGarbage');
  const { metrics } = await devtools.send('Performance.getMetrics');
  const of = (wanted: string): number => metrics.find(({ name }) => name === wanted)?.value ?? Number.NaN;
  const mib = (of('JSHeapUsedSize') / 2 ** 20).toFixed(1);
  return { what, measured: `${mib} MiB of JavaScript, ${of('Nodes')} nodes` };
}

async function opened(
  browser: Browser,
  origin: string,
  filled: Filled,
): Promise<{ readonly page: Page; readonly firstRowMs: number }> {
  const context = await browser.newContext({
    viewport: { width: 1200, height: 760 },
    baseURL: origin,
    locale: 'en-GB',
    timezoneId: 'UTC',
  });
  context.setDefaultTimeout(60_000);
  await context.addCookies([{ ...(await sessionCookieFor(origin, filled)), url: origin }]);
  await context.addInitScript(NOTE_FIRST_ROW);
  const page = await context.newPage();
  await page.goto(`/drives/${filled.driveId}/folders/${filled.folderId}`);
  return { page, firstRowMs: Number(await page.evaluate(FIRST_ROW)) };
}

async function measure(browser: Browser, origin: string, filled: Filled): Promise<Line[]> {
  const lines: Line[] = [];
  const times: number[] = [];
  let { page } = await opened(browser, origin, filled);
  for (let round = 0; round < OPENINGS; round += 1) {
    await page.context().close();
    const again = await opened(browser, origin, filled);
    page = again.page;
    times.push(again.firstRowMs);
  }
  const range = `${Math.min(...times).toFixed(0)} to ${Math.max(...times).toFixed(0)}, ${OPENINGS} openings`;
  lines.push({ what: 'from the address to the first row', measured: `${median(times).toFixed(0)} ms (${range})` });

  const devtools = await page.context().newCDPSession(page);
  await devtools.send('Performance.enable');
  lines.push(await memoryLine(devtools, 'memory with the first page'));
  const scroll = async (pace: number, forMs: number): Promise<Scrolled> =>
    (await page.evaluate(SCROLL(pace, forMs))) as Scrolled;
  lines.push(
    ...scrollLines(
      `towards the end for at most ${THROUGH_MS / 1000} s, while pages come`,
      await scroll(PACES.through, THROUGH_MS),
    ),
  );
  lines.push(await memoryLine(devtools, 'memory with all of it'));
  lines.push(...scrollLines('back at the pace of a wheel', await scroll(-PACES.wheel, WHEEL_MS)));
  await page.context().close();
  return lines;
}

function report(lines: readonly Line[], browser: Browser): string {
  return [
    `# Scrolling a folder of ${FILES.toLocaleString('en')} files: what the last run measured`,
    '',
    'Written by `node bench/scroll-100k.ts`; see [how](README.md).',
    '',
    '| what | measured |',
    '|---|---|',
    ...lines.map(({ what, measured }) => `| ${what} | ${measured} |`),
    '',
    `Towards the end the list moves by ${PACES.through} rows a second, many times faster than a wheel, whose pace is ${PACES.wheel}.`,
    'Chromium draws by the processor alone here, which the server shares.',
    '',
    '| machine | |',
    '|---|---|',
    `| load | ${loadavg()[0]?.toFixed(1)} over the last minute |`,
    `| Chromium | ${browser.version()} |`,
    ...machine().map(([what, value]) => `| ${what} | ${value} |`),
    '',
  ].join('\n');
}

const folder = values.folder ?? mkdtempSync(join(tmpdir(), 'holdfast-scroll-'));
try {
  const filled = await fill(folder);
  if (!values['fill-only']) {
    await using server = await serveByCommand(LAUNCHER, folder);
    const browser = await openChromium();
    try {
      const text = report(await measure(browser, server.url, filled), browser);
      process.stdout.write(text);
      if (FILES === 100_000) writeFileSync(join(ROOT, 'bench/scroll-100k.md'), formatted('bench/scroll-100k.md', text));
    } finally {
      await browser.close();
    }
  }
} finally {
  if (values.folder === undefined) rmSync(folder, { recursive: true, force: true });
}
