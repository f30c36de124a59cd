/** The same pages on a phone. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setStage } from '../support/browser/stage.ts';

const stage = setStage();
const { skip } = stage;
const PHONE = { viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true } as const;

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
  '/security/findings',
  '/security/rules',
  '/security/runs',
  '/admin',
  '/admin/invitations',
  '/admin/storage',
  '/admin/workspace',
];

test('at 360 pixels no page is wider than the screen, and every place is reached', { skip }, async () => {
  const person = await stage.signUp({
    name: 'A name that goes on and on '.repeat(3).trim(),
    email: 'long@example.org',
  });
  const drive = await person.drive();
  await drive.put('root', `${'a very long name '.repeat(12)}.txt`, Buffer.from('x'));
  await drive.put('root', `${'unbroken'.repeat(25)}.txt`, Buffer.from('x'));
  await using watched = await stage.openAs(person, '/files', PHONE);
  const { page } = watched;
  for (const path of PAGES) {
    await page.goto(path);
    await page.getByRole('heading', { level: 1 }).waitFor();
    await page.waitForLoadState('networkidle');
    const width = await page.evaluate('document.documentElement.scrollWidth');
    assert.ok(Number(width) <= PHONE.viewport.width, `${path} is ${String(width)} pixels wide`);
  }
  await page.goto('/files');
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
