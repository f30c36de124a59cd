/** What admins do, and what everybody sees of what happened. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import type { Page } from 'playwright-core';
import { httpCall } from '../support/clients/person-over-http.ts';
import { shownText } from '../support/browser/shown-text.ts';
import { setStage } from '../support/browser/stage.ts';

const stage = setStage();
const { skip } = stage;

const said = (page: Page) => page.getByRole('region', { name: 'What was just done' });
/** The first of the file is the admin; the others need one. */
const admin = (() => {
  let made: ReturnType<typeof stage.signUp> | undefined;
  return async () => await (made ??= stage.signUp({ name: 'Ada Lovelace' }));
})();

test('people: a role is changed and changed back, an account is disabled and enabled', { skip }, async () => {
  const ada = await admin();
  const grace = await stage.signUp({ name: 'Grace Hopper' });
  await using watched = await stage.openAs(ada, '/admin');
  const { page } = watched;
  const row = page.getByRole('row').filter({ hasText: grace.email });
  await page.getByRole('row').filter({ hasText: ada.email }).getByText('You', { exact: true }).waitFor();
  await row.getByLabel('Role of Grace Hopper').selectOption('Admin');
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Your password').fill(ada.password);
  await dialog.getByRole('button', { name: 'Make them an admin' }).click();
  await said(page).getByText('Grace Hopper is now: Admin.').waitFor();
  assert.equal((await grace.ask<{ role: string }>('GET', '/account')).role, 'admin');
  await row.getByLabel('Role of Grace Hopper').selectOption('Member');
  await said(page).getByText('Grace Hopper is now: Member.').waitFor();
  assert.equal((await grace.ask<{ role: string }>('GET', '/account')).role, 'member');

  await row.getByRole('button', { name: 'More about Grace Hopper' }).click();
  await page.getByRole('menuitem', { name: 'Disable' }).click();
  await row.getByText('Disabled', { exact: true }).waitFor();
  await assert.rejects(async () => await grace.ask('GET', '/account'), /401/);
  await row.getByRole('button', { name: 'More about Grace Hopper' }).click();
  await page.getByRole('menuitem', { name: 'Enable again' }).click();
  await row.getByText('Disabled', { exact: true }).waitFor({ state: 'detached' });
});

test('lists are sorted in the address, and saved as they stand', { skip }, async () => {
  const ada = await admin();
  await stage.signUp({ name: '=HYPERLINK("x")', email: 'formula@example.org' });
  await stage.signUp({ name: 'Zuse' });
  await using watched = await stage.openAs(ada, '/admin');
  const { page } = watched;
  const people = page.getByRole('table', { name: 'People' });
  const first = people.getByRole('row').nth(1);
  await people.getByRole('button', { name: 'Name' }).click();
  await people.getByRole('button', { name: 'Name' }).click();
  await first.filter({ hasText: 'Zuse' }).waitFor();
  await page.waitForURL(/by=name&down=true/);
  await page.reload();
  await first.filter({ hasText: 'Zuse' }).waitFor();
  assert.equal(await people.getByRole('columnheader', { name: 'Name' }).getAttribute('aria-sort'), 'descending');
  const coming = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Save as CSV' }).click();
  const lines = (await readFile(await (await coming).path(), 'utf8')).split('\r\n');
  assert.match(lines[0] ?? '', /^Name,Handle,Role,Here since,E-mail,State$/);
  assert.match(lines[1] ?? '', /^Zuse,/);
  assert.ok(
    lines.some((line) => line.startsWith(`"'=HYPERLINK(""x"")",`)),
    'no name runs in a spreadsheet',
  );
  await page.goto('/admin/storage');
  const space = page.getByRole('table', { name: 'Space' });
  await space.getByRole('button', { name: 'Used' }).click();
  await page.waitForURL(/by=used/);
  await page.getByRole('button', { name: 'Save as CSV' }).waitFor();
});

test('the last admin stays one, and is told why', { skip }, async () => {
  const ada = await admin();
  await using watched = await stage.openAs(ada, '/admin');
  watched.expectTrouble(/status of 409/);
  const { page } = watched;
  await page.getByLabel('Role of Ada Lovelace').selectOption('Member');
  await page.getByRole('alert').getByText('Could not change the role of Ada Lovelace').waitFor();
  await page.getByRole('option', { name: 'Admin', selected: true }).first().waitFor({ state: 'attached' });
  assert.equal(await page.getByLabel('Role of Ada Lovelace').inputValue(), 'admin');
});

test('somebody who lost everything starts anew by an invitation', { skip }, async () => {
  const ada = await admin();
  const joan = await stage.signUp({ name: 'Joan Clarke' });
  await using watched = await stage.openAs(ada, '/admin');
  const { page } = watched;
  await page.getByRole('button', { name: 'More about Joan Clarke' }).click();
  await page.getByRole('menuitem', { name: /Start the account anew/ }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByText('only their recovery kit opens it').waitFor();
  await dialog.getByLabel('Your password').fill(ada.password);
  await dialog.getByRole('button', { name: 'Start it anew' }).click();
  const link = await shownText(dialog.getByLabel('Invitation link'));
  const invitation = new URLSearchParams(new URL(link).hash.slice(1)).get('invitation') ?? '';
  const again = await stage.signUp({ name: joan.name, email: joan.email, invitation });
  assert.notEqual(again.accountId, joan.accountId);
});

test('who may sign up is changed, and changed back', { skip }, async () => {
  const ada = await admin();
  await using watched = await stage.openAs(ada, '/admin/workspace');
  const { page } = watched;
  // Not check(), which looks at once: what is chosen is drawn with the next turn.
  await page.getByRole('radio', { name: 'Closed' }).click();
  // A note with the mouse on it stays, however long another page takes to open.
  await said(page).getByText('Sign-up is now: Closed.').hover();
  await using outside = await stage.open();
  await outside.page.goto('/sign-up');
  await outside.page.getByText('This workspace takes no new accounts').waitFor();
  await said(page).getByRole('button', { name: 'Undo' }).click();
  await page.getByRole('radio', { name: /Open/, checked: true }).waitFor();
});

test('the workspace key gets a new generation, after the password', { skip }, async () => {
  const ada = await admin();
  await using watched = await stage.openAs(ada, '/admin/workspace');
  const { page } = watched;
  const rows = page.getByRole('table', { name: 'Workspace keys' }).getByRole('row');
  await rows.nth(1).waitFor();
  const before = await rows.count();
  await page.getByRole('button', { name: 'Make a new workspace key' }).click();
  await page.getByRole('dialog').getByLabel('Your password').fill(ada.password);
  await page.getByRole('dialog').getByRole('button', { name: 'Make a new key' }).click();
  await rows.nth(before).waitFor();
});

test('storage: copies, health and space are shown; a quota holds', { skip }, async () => {
  const ada = await admin();
  const mary = await stage.signUp({ name: 'Mary Shelley' });
  const drive = await mary.drive();
  await drive.put('root', 'creature.txt', Buffer.alloc(100_000, 'x'));
  await using watched = await stage.openAs(ada, '/admin/storage');
  const { page } = watched;
  await page.getByText('Everything has its second copy.').waitFor();
  await page.getByRole('list', { name: 'Health of the server' }).getByRole('listitem').first().waitFor();
  await page.getByRole('button', { name: 'Back the records up now' }).click();
  await said(page)
    .getByText(/Backed the records up/)
    .waitFor();

  const row = page.getByRole('row').filter({ hasText: 'Mary Shelley' });
  await row.getByRole('button', { name: 'Change how much Mary Shelley may use' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('radio', { name: 'At most' }).check();
  await dialog.getByLabel('Gigabytes').fill('0.0001');
  await dialog.getByRole('button', { name: 'Change it' }).click();
  // It closes with the answer.
  await dialog.waitFor({ state: 'detached' });
  await row.getByText('100 kB').first().waitFor();
  await assert.rejects(async () => await drive.put('root', 'more.txt', Buffer.alloc(100_000)), /quota/);
});

test('activity: everybody sees their own, with refused log-ins and where they came from', { skip }, async () => {
  await admin();
  const person = await stage.signUp({ name: 'Hedy Lamarr' });
  const { email } = person;
  await httpCall(stage.origin())('POST', '/api/v1/sessions', { json: { email, password: 'guessed by somebody' } });
  await using watched = await stage.openAs(person, '/activity');
  const { page } = watched;
  const refused = page.getByRole('row').filter({ hasText: 'was refused a log-in' });
  await refused.getByText(/from (127\.0\.0\.1|::1)/).waitFor();
  await page.getByRole('row').filter({ hasText: 'Hedy Lamarr' }).filter({ hasText: 'signed up' }).waitFor();
  assert.equal(await page.getByRole('link', { name: 'Everybody' }).count(), 0, 'the trail is for admins');
});

test('the audit trail: narrowed in the address, verified, exported', { skip }, async () => {
  const ada = await admin();
  await using watched = await stage.openAs(ada, '/activity');
  const { page } = watched;
  await page.getByRole('link', { name: 'Everybody' }).click();
  await page.getByLabel('Show').selectOption('Accounts');
  await page.getByRole('row').filter({ hasText: 'Ada Lovelace' }).filter({ hasText: 'signed up' }).waitFor();
  await page.waitForURL(/about=account/);
  await page.reload();
  await page.getByRole('row').filter({ hasText: 'Ada Lovelace' }).filter({ hasText: 'signed up' }).waitFor();
  assert.equal(await page.getByRole('row').filter({ hasText: 'logged in' }).count(), 0);
  await page.getByRole('button', { name: 'Verify the trail' }).click();
  await page.getByText(/intact: nothing was changed/).waitFor();
  const coming = page.waitForEvent('download');
  await page.getByRole('link', { name: 'Export as CSV' }).click();
  const text = await readFile(await (await coming).path(), 'utf8');
  assert.match(text, /account\.created/);
  assert.doesNotMatch(text, /session\.started/, 'just what the list is narrowed to');
  const trail = page.getByRole('table', { name: 'What everybody did' });
  await trail.getByRole('button', { name: 'When' }).click();
  await trail.getByRole('row').nth(1).filter({ hasText: 'signed up' }).waitFor();
  await page.waitForURL(/about=account.*by=when|by=when.*about=account/);
});

test('who is no admin sees no Admin, and is refused by the server where they type its address', { skip }, async () => {
  await admin();
  const person = await stage.signUp({ name: 'Edith Clarke' });
  await using watched = await stage.openAs(person, '/files');
  watched.expectTrouble(/status of 403/);
  const { page } = watched;
  await page.getByRole('link', { name: 'Settings' }).waitFor();
  assert.equal(await page.getByRole('link', { name: 'Admin' }).count(), 0);
  await page.goto('/admin');
  await page.getByRole('alert').getByText('Could not list the people').waitFor();
});
