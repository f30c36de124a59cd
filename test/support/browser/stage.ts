/** What a test of the web pages plays on: a real server started by its command, and a browser. */
import { after, before } from 'node:test';
import type { Browser, BrowserContextOptions } from 'playwright-core';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { serveByCommand, type WorkspaceByCommand } from '../workspace-by-command.ts';
import { openChromium, skipWithoutChromium } from './chromium.ts';
import { openWatchedPage, type WatchedPage } from './watched-page.ts';

export interface Stage {
  /** For the options of each test. */
  readonly skip: string | false;
  /** `http://localhost:PORT` */
  readonly origin: () => string;
  /** An empty page in a browser profile of its own. */
  open(options?: BrowserContextOptions): Promise<WatchedPage>;
  /** What admits the first person. */
  readonly setupCode: () => Promise<string>;
}

const LAUNCHER = [process.execPath, join(import.meta.dirname, '../../../src/entry/holdfast.js')];
/** The cheapest that the settings allow: these tests are not about guessing. */
const CHEAP_PASSWORDS = { HOLDFAST_KDF_MEMORY_BYTES: String(19 * 1024 * 1024), HOLDFAST_KDF_PASSES: '2' };

/** One server and one browser for all tests of a file, each with accounts and a browser profile of its own. */
export function setStage(settings: Readonly<Record<string, string>> = {}): Stage {
  const skip = skipWithoutChromium();
  let folder = '';
  let server: WorkspaceByCommand | undefined;
  let browser: Browser | undefined;
  if (skip === false) {
    before(async () => {
      folder = await mkdtemp(join(tmpdir(), 'holdfast-e2e-'));
      [server, browser] = await Promise.all([
        serveByCommand(LAUNCHER, folder, { ...CHEAP_PASSWORDS, ...settings }),
        openChromium(),
      ]);
    });
    after(async () => {
      await browser?.close();
      await server?.stop();
      await rm(folder, { recursive: true, force: true });
    });
  }
  const there = <T>(thing: T | undefined): T => {
    if (thing === undefined) throw new Error('Use the stage: it is set up before the first test and not earlier');
    return thing;
  };
  return {
    skip,
    origin: () => there(server).url,
    open: async (options) => await openWatchedPage(there(browser), { ...options, origin: there(server).url }),
    setupCode: async () => (await readFile(join(there(server).dataFolder, 'setup-code'), 'utf8')).trim(),
  };
}
