/** The same pages on a phone. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Page } from 'playwright-core';
import { fillChat } from '../support/believable/chat.ts';
import { bucketFinding, look } from '../support/clients/guard-over-http.ts';
import { setStage } from '../support/browser/stage.ts';

const stage = setStage();
const { skip } = stage;
/** Every page in two widths: on a slow machine more than one test usually may take. */
const timeout = 1_200_000;
/** The usual small one, and as narrow as WCAG 2.2 asks for (1.4.10, 400 % zoom at 1,280 pixels). */
const WIDTHS = [360, 320] as const;
const phone = (width: number) => ({ viewport: { width, height: 740 }, hasTouch: true, isMobile: true });

const PAGES = [
  '/files',
  '/trash',
  '/search',
  '/activity',
  '/activity/everybody',
  '/settings',
  '/settings/sessions',
  '/settings/app-passwords',
  '/settings/keys',
  '/settings/notices',
  '/security',
  '/security/findings',
  '/security/rules',
  '/security/runs',
  '/security/network',
  '/security/network/flows',
  '/security/network/alerts',
  '/admin',
  '/admin/invitations',
  '/admin/storage',
  '/admin/channels',
  '/admin/workspace',
  '/chat',
  '/chat/search',
  '/chat/saved',
  '/chat/mentions',
  '/nowhere',
];
const OUTSIDE = ['/log-in', '/sign-up', '/recover', '/notices/confirm#a-token'];

/** What a person uses that lies beyond the edge of the screen, and in nothing that scrolls there. Runs in the page. */
const UNREACHABLE = `[...document.querySelectorAll('a, button, input, select, textarea, h1, h2, [role=checkbox]')]
  .filter((each) => {
    const { left, right, width } = each.getBoundingClientRect();
    const inside = left >= -1 && right <= innerWidth + 1;
    if (inside || width <= 1 || !each.checkVisibility({ visibilityProperty: true })) return false;
    for (let at = each.parentElement; at; at = at.parentElement) {
      if (/auto|scroll/.test(getComputedStyle(at).overflowX) && at.scrollWidth > at.clientWidth) return false;
    }
    return true;
  })
  .map((each) => each.getAttribute('aria-label') ?? each.textContent ?? each.tagName)`;

const OPEN_PART_IN_SIGHT = `[...document.querySelectorAll('main nav [aria-current=page]')].every((each) => {
  const { left, right } = each.getBoundingClientRect();
  return left >= -1 && right <= innerWidth + 1;
})`;

async function assertFits(page: Page, what: string, width: number): Promise<void> {
  await page.waitForLoadState('networkidle');
  assert.ok(
    Number(await page.evaluate('document.documentElement.scrollWidth')) <= width,
    `${what} is wider than ${width}`,
  );
  assert.deepEqual(await page.evaluate(UNREACHABLE), [], `everything on ${what} is reached at ${width}`);
}

/** Opens what floats over a page, and waits for it. */
const floating: readonly (readonly [what: string, path: string, open: (page: Page) => Promise<unknown>])[] = [
  ['a new channel', '/admin/channels', (page) => page.getByRole('button', { name: 'Add a channel' }).tap()],
  ['an invitation', '/admin/invitations', (page) => page.getByRole('button', { name: 'Invite somebody' }).tap()],
  ['an app password', '/settings/app-passwords', (page) => page.getByRole('button', { name: 'Make an app' }).tap()],
  ['a move of a store', '/admin/storage', (page) => page.getByRole('button', { name: /^Move the files/ }).tap()],
  ['the bell', '/files', (page) => page.getByRole('button', { name: /^Notices/ }).tap()],
  ['one finding', '/security/findings', (page) => page.getByRole('link', { name: /^Anybody/ }).tap()],
];

test(
  'at 360 and 320 pixels no page is wider than the screen, and everything on it is reached',
  { skip, timeout },
  async () => {
    const person = await stage.signUp({
      name: 'A name that goes on and on '.repeat(3).trim(),
      email: 'long@example.org',
    });
    const drive = await person.drive();
    await drive.put('root', `${'a very long name '.repeat(12)}.txt`, Buffer.from('x'));
    await drive.put('root', `${'unbroken'.repeat(25)}.txt`, Buffer.from('x'));
    const uid = 'a-bucket-whose-name-goes-on-as-long-as-names-of-buckets-may-go';
    await look(person, [bucketFinding(uid, { check: 'open', title: `Anybody can read ${uid}`, severity: 'critical' })]);
    await person.ask('POST', '/invites', { email: `${'x'.repeat(60)}@example.org`, role: 'member' });
    await person.ask('POST', '/admin/channels/jsonl', { name: 'unbroken'.repeat(8), config: { file: 'a.jsonl' } });
    const chat = await fillChat(person, await stage.signUp({ name: 'Grace Hopper' }));
    const room = `/chat/rooms/${chat.generalId}`;
    const pages = [...PAGES, room, `/chat/rooms/${chat.pressId}`];
    for (const width of WIDTHS) {
      await using watched = await stage.openAs(person, '/files', phone(width));
      const { page } = watched;
      for (const path of pages) {
        await page.goto(path);
        await page.getByRole('heading', { level: 1 }).waitFor();
        await assertFits(page, path, width);
        assert.equal(await page.evaluate(OPEN_PART_IN_SIGHT), true, `the part of ${path} that is open is in sight`);
      }
      for (const [what, path, open] of floating) {
        await page.goto(path);
        await open(page);
        await page.getByRole('dialog').waitFor();
        await assertFits(page, what, width);
      }
      await page.goto(`${room}?thread=${chat.threadOf}`);
      await page.getByRole('dialog').getByText('Both, as last year.').waitFor();
      await assertFits(page, 'a thread', width);
      await using stranger = await stage.open(phone(width));
      for (const path of OUTSIDE) {
        await stranger.page.goto(path);
        await stranger.page.getByRole('heading', { level: 1 }).waitFor();
        await assertFits(stranger.page, path, width);
      }
    }
  },
);

test('every place is reached from the bar of a phone, and a folder is made there', { skip }, async () => {
  const person = await stage.signUp({ name: 'Katherine Johnson' });
  await using watched = await stage.openAs(person, '/files', phone(320));
  const { page } = watched;
  const bar = page.getByRole('navigation', { name: 'Places' });
  await bar.getByRole('button', { name: 'More' }).tap();
  await page.getByRole('dialog').getByRole('link', { name: 'Settings' }).tap();
  await page.getByRole('heading', { name: 'Settings' }).waitFor();
  await bar.getByRole('link', { name: 'Files' }).tap();
  await page.getByRole('button', { name: 'Upload' }).tap();
  await page.getByRole('menuitem', { name: 'New folder' }).tap();
  await page.getByRole('dialog').getByLabel('Name').fill('From the phone');
  await page.getByRole('button', { name: 'Make the folder' }).tap();
  await page.getByRole('link', { name: 'From the phone' }).waitFor();
});
