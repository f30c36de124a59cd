/** The bell and what it tells: counted, read, followed, and new ones without loading the page again. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Page } from 'playwright-core';
import { bucketFinding, look } from '../support/browser/guard-over-http.ts';
import type { PersonOverHttp } from '../support/browser/person-over-http.ts';
import { setStage } from '../support/browser/stage.ts';

const stage = setStage();
const { skip } = stage;

const bell = (page: Page) => page.getByRole('button', { name: /^Notices/ });
/** The first of the file is the admin. */
const admin = (() => {
  let made: Promise<PersonOverHttp> | undefined;
  return async () => await (made ??= stage.signUp({ name: 'Ada Lovelace' }));
})();

const makeAppPassword = async (person: PersonOverHttp, label: string) =>
  await person.ask('POST', '/account/app-passwords', { label, scope: 'files', password: person.password });

test('without a notice the bell counts nothing, and its drawer says what will be here', { skip }, async () => {
  await admin();
  const grace = await stage.signUp({ name: 'Grace Hopper' });
  await using watched = await stage.openAs(grace, '/files');
  const { page } = watched;
  // Opening the page logged in, from a device that is not known yet.
  await bell(page).click();
  const drawer = page.getByRole('dialog', { name: 'Notices' });
  await drawer.getByRole('button', { name: 'Mark all as read' }).waitFor();
  await page.keyboard.press('Escape');
  await bell(page).and(page.locator(':focus')).waitFor();
});

test('a notice comes while the page is open, is read, and leads to its page', { skip }, async () => {
  await admin();
  const radia = await stage.signUp({ name: 'Radia Perlman' });
  await using watched = await stage.openAs(radia, '/files');
  const { page } = watched;
  await bell(page).click();
  const drawer = page.getByRole('dialog', { name: 'Notices' });
  const list = drawer.getByRole('list', { name: 'Notices' });
  await makeAppPassword(radia, 'rclone');
  const notice = list.getByRole('listitem').filter({ hasText: 'A new app password' });
  await notice.getByRole('img', { name: 'Not read' }).waitFor();
  await notice.getByRole('button', { name: 'Mark as read' }).click();
  await notice.getByRole('button', { name: 'Mark as not read' }).click();
  await notice.getByRole('img', { name: 'Not read' }).waitFor();
  await notice.getByRole('link', { name: 'Show it' }).click();
  await page.waitForURL(/\/settings\/app-passwords$/);
  await drawer.waitFor({ state: 'detached' });
  await page.getByRole('cell', { name: 'rclone', exact: true }).waitFor();
});

test('all are read at once, and another tab hears of it', { skip }, async () => {
  await admin();
  const katherine = await stage.signUp({ name: 'Katherine Johnson' });
  await using watched = await stage.openAs(katherine, '/files');
  const { page } = watched;
  await makeAppPassword(katherine, 'one');
  await page.getByRole('button', { name: /^Notices, [12] not read/ }).waitFor();
  const other = await watched.anotherPage();
  await other.goto('/files');
  await other.getByRole('button', { name: /^Notices, [12] not read/ }).waitFor();
  await bell(page).click();
  const drawer = page.getByRole('dialog', { name: 'Notices' });
  await drawer.getByRole('button', { name: 'Mark all as read' }).click();
  await page.getByRole('button', { name: 'Notices', exact: true }).waitFor({ state: 'attached' });
  await other.getByRole('button', { name: 'Notices', exact: true }).waitFor();
  await drawer.getByText('Not read', { exact: true }).click();
  await drawer.getByText('Everything is read').waitFor();
});

test('a finding is told to the admins, counted, with a way to the list', { skip }, async () => {
  const ada = await admin();
  await ada.ask('POST', '/notices/read', { noticeIds: null, read: true });
  await using watched = await stage.openAs(ada, '/files');
  const { page } = watched;
  await bell(page).click();
  const seen = bucketFinding('photos', { check: 'open', title: 'Anybody can read photos', severity: 'critical' });
  await look(ada, [seen, { ...seen, check: 'logging', title: 'No log is kept', severity: 'low' }]);
  const notice = page.getByRole('listitem').filter({ hasText: 'Guards found 2 things' });
  await notice.getByText('Anybody can read photos').waitFor();
  await notice.getByRole('link', { name: 'Show it' }).click();
  await page.getByRole('table', { name: 'Findings' }).getByText('No log is kept').waitFor();
  assert.equal(await page.getByRole('dialog').count(), 0);
});
