/**
 * Pictures of the pages for docs/screenshots/, from a workspace with believable data: `npm run screenshots`, or only some
 * of them: `npm run screenshots -- chat thread`. Needs the Chromium of `npm run services:install`.
 *
 * Everything that moves from run to run is held still as far as it goes: the size, the locale, the zone. Times are
 * relative, and the accounts new.
 */
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { fillWorkspace, type BelievableWorkspace } from '../test/support/believable/workspace.ts';
import { openChromium } from '../test/support/browser/chromium.ts';
import { sessionCookieFor, signUpOverHttp } from '../test/support/clients/person-over-http.ts';
import { serveByCommand } from '../test/support/servers/workspace-by-command.ts';
import { ownEnvironment } from './demo/own-environment.ts';
import { replayAccount } from './demo/replayed-account.ts';

const ROOT = join(import.meta.dirname, '..');
const FOLDER = join(ROOT, 'docs/screenshots');
const LAUNCHER = [process.execPath, join(ROOT, 'src/entry/holdfast.js')];

const DESKTOP = { viewport: { width: 1200, height: 760 } };
const PHONE = { viewport: { width: 390, height: 780 }, isMobile: true, hasTouch: true };

interface Picture {
  readonly name: string;
  readonly path: (workspace: BelievableWorkspace) => string;
  readonly schemes?: readonly Scheme[];
  readonly phone?: true;
  readonly loggedOut?: true;
  readonly show: (page: Page) => Promise<unknown>;
}
type Scheme = 'light' | 'dark';

const text = (words: string) => async (page: Page) => await page.getByText(words).first().waitFor();

/** The account of the demo is looked at once: then its findings stand on other pages too, so that these come last. */
const lookedAt = async (page: Page): Promise<void> => {
  const found = page.getByText(/5 buckets, looked at/);
  await found.or(page.getByText('never looked at')).first().waitFor();
  if ((await found.count()) > 0) return;
  await page.getByRole('button', { name: 'Look now…' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Look now' }).click();
  await found.waitFor();
};

const pictures: readonly Picture[] = [
  { name: 'files', path: () => '/files', schemes: ['light', 'dark'], phone: true, show: text('Welcome.md') },
  {
    name: 'versions',
    path: ({ fileId }) => `/files?versions=${fileId}`,
    show: async (page) => await page.getByRole('button', { name: 'Restore this version' }).first().waitFor(),
  },
  { name: 'sign-up', path: () => '/sign-up', loggedOut: true, show: text('What the others see.') },
  { name: 'trash', path: () => '/trash', show: text('scan0001.pdf') },
  { name: 'sessions', path: () => '/settings/sessions', phone: true, show: text('This one') },
  {
    name: 'findings',
    path: () => '/security/findings',
    schemes: ['light', 'dark'],
    phone: true,
    show: text('Anybody on the internet can read this bucket'),
  },
  {
    name: 'finding',
    path: ({ findingId }) => `/security/findings?finding=${findingId}`,
    phone: true,
    show: text('Seen for the first time'),
  },
  {
    name: 'security',
    path: () => '/security',
    schemes: ['light', 'dark'],
    phone: true,
    show: text('Yes: 2 of 6 hosts are in trouble.'),
  },
  { name: 'hosts', path: () => '/security/hosts', schemes: ['light', 'dark'], phone: true, show: text('Web server') },
  { name: 'host', path: ({ hostId }) => `/security/hosts/${hostId}`, phone: true, show: text('In order → Wrong') },
  {
    name: 'firewall',
    path: ({ hostId }) => `/security/hosts/${hostId}/firewall?from=1&to=2`,
    schemes: ['dark'],
    show: text('tcp dport 3333 accept'),
  },
  {
    name: 'network',
    path: () => '/security/network',
    schemes: ['light', 'dark'],
    phone: true,
    show: async (page) => {
      await page.getByText('and got in as root').first().waitFor();
      await page.getByRole('table', { name: 'Top talkers' }).waitFor();
    },
  },
  {
    name: 'flows',
    path: () => '/security/network/flows',
    phone: true,
    show: async (page) => await page.getByRole('grid', { name: 'Flows' }).getByRole('row').nth(8).waitFor(),
  },
  {
    name: 'flow',
    path: ({ network }) => `/security/network/flows/${network.uid}`,
    show: text('The caller asked for a connection'),
  },
  {
    name: 'source',
    path: ({ network }) => `/security/network/sources/${network.address}`,
    schemes: ['light', 'dark'],
    phone: true,
    show: text('Guessed passwords'),
  },
  {
    name: 'chat',
    path: ({ chat }) => `/chat/rooms/${chat.generalId}`,
    schemes: ['light', 'dark'],
    phone: true,
    show: text('the agenda has the wrong date'),
  },
  {
    name: 'thread',
    path: ({ chat }) => `/chat/rooms/${chat.generalId}?thread=${chat.threadOf}`,
    show: text('Both, as last year.'),
  },
  { name: 'people', path: () => '/admin', schemes: ['light', 'dark'], show: text('Jean Bartik') },
  { name: 'storage', path: () => '/admin/storage', show: text('Everything has its second copy.') },
  {
    name: 'channels',
    path: () => '/admin/channels',
    schemes: ['light', 'dark'],
    show: text('Letters that were given up'),
  },
  { name: 'activity', path: () => '/activity', schemes: ['dark'], show: text('was refused a log-in') },
  { name: 'buckets', path: () => '/security/buckets', schemes: ['light', 'dark'], phone: true, show: lookedAt },
  {
    name: 'bucket',
    path: () => '/security/buckets',
    show: async (page) => {
      await lookedAt(page);
      await page.getByRole('link', { name: 'lovelace-plans' }).click();
      await page.getByText('Who loses access:').waitFor();
    },
  },
];

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !pictures.some((picture) => picture.name === name));
if (unknown.length > 0) throw new Error(`Take pictures: there is none called ${unknown.join(', ')}`);

async function take(browser: Browser, origin: string, workspace: BelievableWorkspace): Promise<number> {
  const cookie = { ...(await sessionCookieFor(origin, workspace.admin)), url: origin };
  let bytes = 0;
  for (const picture of pictures) {
    if (wanted.length > 0 && !wanted.includes(picture.name)) continue;
    const sizes = picture.phone
      ? ([
          ['', DESKTOP],
          ['-phone', PHONE],
        ] as const)
      : ([['', DESKTOP]] as const);
    for (const [suffix, size] of sizes) {
      for (const colorScheme of picture.schemes ?? (['light'] as const)) {
        const context = await browser.newContext({
          ...size,
          baseURL: origin,
          colorScheme,
          locale: 'en-GB',
          timezoneId: 'UTC',
          reducedMotion: 'reduce',
        });
        if (!picture.loggedOut) await context.addCookies([cookie]);
        const page = await context.newPage();
        await page.goto(picture.path(workspace));
        await picture.show(page);
        await page.waitForLoadState('networkidle');
        const name = `${picture.name}${suffix}${colorScheme === 'dark' ? '-dark' : ''}.png`;
        const png = await page.screenshot({ animations: 'disabled' });
        await writeFile(join(FOLDER, name), png);
        bytes += png.length;
        console.log(`${name.padEnd(24)} ${(png.length / 1000).toFixed(0).padStart(5)} kB`);
        await context.close();
      }
    }
  }
  return bytes;
}

const folder = await mkdtemp(join(tmpdir(), 'holdfast-'));
if (wanted.length === 0) await rm(FOLDER, { recursive: true, force: true });
await mkdir(FOLDER, { recursive: true });
try {
  await using account = await replayAccount();
  const { aws } = ownEnvironment(folder, account.endpoint);
  await using server = await serveByCommand(LAUNCHER, folder, { HOLDFAST_BUCKETS: 'aws', ...aws });
  const setupCode = (await readFile(join(server.dataFolder, 'setup-code'), 'utf8')).trim();
  let first = true;
  const workspace = await fillWorkspace(server.url, async (person) => {
    const admitted = first ? { setupCode } : {};
    first = false;
    return await signUpOverHttp(server.url, { ...admitted, ...person });
  });
  const browser = await openChromium();
  try {
    const bytes = await take(browser, server.url, workspace);
    console.log(`docs/screenshots: ${(bytes / 1e6).toFixed(2)} MB`);
  } finally {
    await browser.close();
  }
} finally {
  await rm(folder, { recursive: true, force: true });
}
