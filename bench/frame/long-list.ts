/** A long list in a real Chromium, from a real server that is started by its command: until it is there, and the page about it. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { formatted } from '../../scripts/pages/formatted.ts';
import { openChromium } from '../../test/support/browser/chromium.ts';
import { sessionCookieFor } from '../../test/support/clients/person-over-http.ts';
import { serveByCommand } from '../../test/support/servers/workspace-by-command.ts';
import { machine } from '../machine.ts';
import { type Line, median } from './scrolling.ts';

const ROOT = join(import.meta.dirname, '../..');
const LAUNCHER = [process.execPath, join(ROOT, 'src/entry/holdfast.js')];
const OPENINGS = 5;

export interface Person {
  readonly email: string;
  readonly password: string;
}

export interface LongList<Filled extends Person> {
  /** Of the script and of the page that it writes. */
  readonly name: 'scroll-100k' | 'scroll-chat';
  readonly title: string;
  /** What a reader must know, in lines as they stand on the page. */
  readonly notes: readonly string[];
  /** Where the filled workspace is kept; `undefined`: nowhere. */
  readonly folder: string | undefined;
  readonly fillOnly: boolean;
  /** It is as long as promised, so that the page is written. */
  readonly isWhole: boolean;
  fill(folder: string): Promise<Filled>;
  measure(browser: Browser, origin: string, filled: Filled): Promise<Line[]>;
}

export async function measureLongList<Filled extends Person>(list: LongList<Filled>): Promise<void> {
  const { name, fillOnly, isWhole } = list;
  const folder = list.folder ?? mkdtempSync(join(tmpdir(), `holdfast-${name}-`));
  try {
    const filled = await list.fill(folder);
    if (fillOnly) return;
    await using server = await serveByCommand(LAUNCHER, folder);
    const browser = await openChromium();
    try {
      const text = pageOf(list, await list.measure(browser, server.url, filled), browser);
      process.stdout.write(text);
      const page = `bench/${name}.md`;
      if (isWhole) writeFileSync(join(ROOT, page), formatted(page, text));
    } finally {
      await browser.close();
    }
  } finally {
    if (list.folder === undefined) rmSync(folder, { recursive: true, force: true });
  }
}

function pageOf<Filled extends Person>(
  { name, title, notes }: LongList<Filled>,
  lines: readonly Line[],
  browser: Browser,
): string {
  return [
    `# ${title}: what the last run measured`,
    '',
    `Written by \`node bench/${name}.ts\`; see [how](README.md).`,
    '',
    '| what | measured |',
    '|---|---|',
    ...lines.map(({ what, measured }) => `| ${what} | ${measured} |`),
    '',
    ...notes,
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

export interface Opening {
  readonly origin: string;
  readonly person: Person;
  readonly path: string;
  /** In the page: finds something once it is there to be seen. */
  readonly selector: string;
}

/** Opens it some times, each in a browser that knows nothing yet, and leaves the last page open. */
export async function openSomeTimes(
  browser: Browser,
  opening: Opening,
  what: string,
): Promise<{ readonly page: Page; readonly line: Line }> {
  // Once unmeasured: the server reads what it will need again.
  let page = (await opened(browser, opening)).page;
  const times: number[] = [];
  for (let round = 0; round < OPENINGS; round += 1) {
    await page.context().close();
    const again = await opened(browser, opening);
    page = again.page;
    times.push(again.firstMs);
  }
  const range = `${Math.min(...times).toFixed(0)} to ${Math.max(...times).toFixed(0)}, ${OPENINGS} openings`;
  return { page, line: { what, measured: `${median(times).toFixed(0)} ms (${range})` } };
}

async function opened(browser: Browser, { origin, person, path, selector }: Opening) {
  const context = await browser.newContext({
    viewport: { width: 1200, height: 760 },
    baseURL: origin,
    locale: 'en-GB',
    timezoneId: 'UTC',
  });
  context.setDefaultTimeout(60_000);
  await context.addCookies([{ ...(await sessionCookieFor(origin, person)), url: origin }]);
  await context.addInitScript(noteFirst(selector));
  const page = await context.newPage();
  await page.goto(path);
  return { page, firstMs: Number(await page.evaluate(FIRST)) };
}

/** Milliseconds from the beginning of the navigation to what is looked for. Runs in every page. */
function noteFirst(selector: string): string {
  return `new MutationObserver((_, watching) => {
    if (!document.querySelector(${JSON.stringify(selector)})) return;
    watching.disconnect();
    requestAnimationFrame(() => setTimeout(() => (window.firstMs = performance.now())));
  }).observe(document, { childList: true, subtree: true, attributes: true })`;
}

const FIRST = `new Promise((resolve) => {
  const look = () => (window.firstMs > 0 ? resolve(window.firstMs) : requestAnimationFrame(look));
  look();
})`;
