/**
 * A page in a browser profile of its own that nothing can go wrong in unseen: errors in the console, exceptions, failed
 * requests, requests to another origin. Whatever is seen and was not expected fails the test when the page is closed.
 */
import assert from 'node:assert/strict';
import type { Browser, BrowserContext, BrowserContextOptions, Page, Request } from 'playwright-core';

export interface WatchedPage extends AsyncDisposable {
  readonly page: Page;
  readonly context: BrowserContext;
  /** Trouble that the test makes on purpose. It must come: a test that stops making it fails too. */
  expectTrouble(trouble: RegExp): void;
  /** Trouble that comes or not, as the browser's next attempt falls before or after the line is back. */
  allowTrouble(trouble: RegExp): void;
  /** What was seen so far and not expected. */
  unexpected(): string[];
  /** The first page of it hears what is new. */
  readonly listens: Promise<void>;
  /** What was asked for and has not come, of all its pages. */
  readonly underWay: () => string[];
  /** Another page of the same browser profile, watched too. */
  anotherPage(): Promise<Page>;
}

export interface WatchedPageOptions extends BrowserContextOptions {
  /** The only origin that may be asked for anything. */
  readonly origin: string;
}

/** A click or a look-up that takes longer than this is a failure: the server is on this machine. */
const PATIENCE_MS = 30_000;

/** Until a page that is not opened yet hears what is new. */
export function untilListening(page: Page): Promise<void> {
  return new Promise((resolve) => {
    page.on('websocket', (socket) => socket.once('framereceived', () => resolve()));
  });
}

export async function openWatchedPage(browser: Browser, options: WatchedPageOptions): Promise<WatchedPage> {
  const { origin, ...contextOptions } = options;
  const context = await browser.newContext({ baseURL: origin, acceptDownloads: true, ...contextOptions });
  context.setDefaultTimeout(PATIENCE_MS);
  const trouble: string[] = [];
  const expected: RegExp[] = [];
  const allowed: RegExp[] = [];
  context.on('console', (message) => {
    if (message.type() === 'error') trouble.push(`console: ${message.text()} (${message.location().url})`);
  });
  context.on('weberror', (error) => trouble.push(`exception: ${error.error().stack ?? error.error().message}`));
  context.on('request', (request) => {
    const url = new URL(request.url());
    // Made by the page itself, or by the browser for its viewer of PDFs; none of them reaches anybody.
    if (['data:', 'blob:', 'chrome:', 'chrome-extension:'].includes(url.protocol)) return;
    if (url.origin !== origin) trouble.push(`another origin: ${request.url()}`);
  });
  context.on('requestfailed', (request) => {
    const why = request.failure()?.errorText ?? '';
    // A page that is left takes its requests back, and a download leaves the page; neither is a fault.
    if (why !== 'net::ERR_ABORTED') trouble.push(`request failed: ${why} ${request.url()}`);
  });
  const underWay = new Set<Request>();
  context.on('request', (request) => underWay.add(request));
  context.on('requestfinished', (request) => underWay.delete(request));
  context.on('requestfailed', (request) => underWay.delete(request));
  const page = await context.newPage();
  const listens = untilListening(page);
  const unexpected = (): string[] =>
    trouble.filter((seen) => ![...expected, ...allowed].some((pattern) => pattern.test(seen)));
  return {
    page,
    context,
    unexpected,
    listens,
    underWay: () => [...underWay].map((request) => request.url()),
    expectTrouble: (pattern) => void expected.push(pattern),
    allowTrouble: (pattern) => void allowed.push(pattern),
    anotherPage: async () => await context.newPage(),
    async [Symbol.asyncDispose]() {
      await context.close();
      assert.deepEqual(unexpected(), [], 'the browser had nothing to complain about');
      const missed = expected.filter((pattern) => !trouble.some((seen) => pattern.test(seen)));
      assert.deepEqual(missed, [], 'the trouble that the test makes on purpose was seen');
    },
  };
}
