/** What a test of the web pages plays on: a real server started by its command, and a browser. */
import { after, before } from 'node:test';
import type { Browser, BrowserContextOptions } from 'playwright-core';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { serveByCommand, type WorkspaceByCommand } from '../servers/workspace-by-command.ts';
import { openChromium, skipWithoutChromium } from './chromium.ts';
import { type NewPerson, type PersonOverHttp, sessionCookieFor, signUpOverHttp } from '../clients/person-over-http.ts';
import { openWatchedPage, type WatchedPage, type WatchedPageOptions } from './watched-page.ts';
import { untilWhole } from './whole-page.ts';

export interface Stage {
  /** For the options of each test. */
  readonly skip: string | false;
  /** `http://localhost:PORT` */
  readonly origin: () => string;
  /** An empty page in a browser profile of its own. `origin`: another way to the server. */
  open(options?: Partial<WatchedPageOptions>): Promise<WatchedPage>;
  /** Logged in as somebody, on the page of `path`; by another way than the usual one all of it is here. */
  openAs(person: PersonOverHttp, path: string, options?: Partial<WatchedPageOptions>): Promise<WatchedPage>;
  /** The browser of a page that is open holds a session from then on. */
  logIn(watched: WatchedPage, person: PersonOverHttp): Promise<void>;
  /** Makes an account over HTTP; the first one becomes the admin. */
  signUp(person: NewPerson): Promise<PersonOverHttp>;
  /** What admits the first person. */
  readonly setupCode: () => Promise<string>;
  readonly server: () => WorkspaceByCommand;
}

const LAUNCHER = [process.execPath, join(import.meta.dirname, '../../../src/entry/holdfast.js')];
/** The cheapest that the settings allow: these tests are not about guessing. */
const CHEAP_PASSWORDS = { HOLDFAST_KDF_MEMORY_BYTES: String(19 * 1024 * 1024), HOLDFAST_KDF_PASSES: '2' };

/** What moves would have to be waited for. */
const QUIET: BrowserContextOptions = { reducedMotion: 'reduce', locale: 'en-GB', timezoneId: 'UTC' };

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
      const page = await (await fetch(server.url, { headers: { accept: 'text/html' } })).text();
      if (!page.includes('id="app"')) throw new Error('The web app is not built: npm run build');
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
  const origin = (): string => there(server).url;
  const setupCode = async (): Promise<string> =>
    (await readFile(join(there(server).dataFolder, 'setup-code'), 'utf8')).trim();
  const logIn = async ({ context }: WatchedPage, person: PersonOverHttp, url = origin()): Promise<void> =>
    await context.addCookies([{ ...(await sessionCookieFor(origin(), person)), url }]);
  const open: Stage['open'] = async (options) =>
    await openWatchedPage(there(browser), { origin: origin(), ...QUIET, ...options });
  return {
    skip,
    origin,
    open,
    logIn,
    async openAs(person, path, options) {
      const watched = await open(options);
      await logIn(watched, person, options?.origin);
      await watched.page.goto(path);
      // Another way is there to be broken.
      if (options?.origin !== undefined) await untilWhole(watched);
      return watched;
    },
    async signUp(person) {
      // The file goes when the first account is there.
      const first = existsSync(join(there(server).dataFolder, 'setup-code'));
      return await signUpOverHttp(origin(), { ...(first ? { setupCode: await setupCode() } : {}), ...person });
    },
    setupCode,
    server: () => there(server),
  };
}
