/** What people set for themselves: sessions, app passwords, password and keys, how it looks, and the end of an account. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Page } from 'playwright-core';
import { assertAccessible } from '../support/browser/accessibility.ts';
import { httpCall, signUpOverHttp } from '../support/clients/person-over-http.ts';
import { shownText } from '../support/browser/shown-text.ts';
import { setStage } from '../support/browser/stage.ts';

const stage = setStage();
const { skip } = stage;
const NEW_PASSWORD = 'nine slow barges upstream';

/** So that accounts of other tests are not the last admin. */
async function signUpTwo(name: string) {
  const admin = await stage.signUp({ name: `${name} Admin` });
  return { admin, person: await stage.signUp({ name }) };
}

const said = (page: Page) => page.getByRole('region', { name: 'What was just done' });

test('sessions: this one is marked, another one is ended, and all others at once', { skip }, async () => {
  const { person } = await signUpTwo('Lise Meitner');
  const call = httpCall(stage.origin());
  const { email, password } = person;
  for (const device of ['Laptop in the lab', 'Phone']) {
    await call('POST', '/api/v1/sessions', { json: { email, password, device } });
  }
  await using watched = await stage.openAs(person, '/settings/sessions');
  const { page } = watched;
  const rows = page.getByRole('table', { name: 'Sessions' }).getByRole('row');
  await rows.filter({ hasText: 'This one' }).waitFor();
  assert.equal(await rows.filter({ hasText: 'This one' }).getByRole('button').count(), 0);
  const dialog = page.getByRole('dialog');
  await page.getByRole('button', { name: 'End the session on Phone' }).click();
  await dialog.getByText('somebody has to log in again').waitFor();
  await dialog.getByRole('button', { name: 'Cancel' }).click();
  await dialog.waitFor({ state: 'detached' });
  assert.equal(await rows.filter({ hasText: 'Phone' }).count(), 1);
  await page.getByRole('button', { name: 'End the session on Phone' }).click();
  await dialog.getByRole('button', { name: 'End it' }).click();
  await said(page).getByText('Ended 1 session.').waitFor();
  await rows.filter({ hasText: 'Phone' }).waitFor({ state: 'detached' });
  await page.getByRole('button', { name: 'End all others' }).click();
  await dialog.getByRole('button', { name: 'End them' }).click();
  await rows.filter({ hasText: 'Laptop in the lab' }).waitFor({ state: 'detached' });
  assert.ok(await page.getByRole('button', { name: 'End all others' }).isDisabled());
  await assert.rejects(async () => await person.ask('GET', '/account'), /401/, 'the session of the program is over');
  await page.reload();
  await rows.filter({ hasText: 'This one' }).waitFor();
});

test('app passwords: made with the password, shown once, usable for its scope, revoked', { skip }, async () => {
  const { person } = await signUpTwo('Emmy Noether');
  await using watched = await stage.openAs(person, '/settings/app-passwords');
  const { page, context } = watched;
  watched.expectTrouble(/status of 401|status of 403/);
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await page.getByText('No app passwords').waitFor();
  await page.getByRole('button', { name: 'Make an app password' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Which program, on which device').fill('rclone on the NAS');
  await dialog.getByLabel('What it opens').selectOption('Files');
  await dialog.getByLabel('Your password').fill('not this one at all');
  await dialog.getByRole('button', { name: 'Make it' }).click();
  await dialog.getByRole('alert').waitFor();
  assert.equal(await dialog.getByLabel('Which program, on which device').inputValue(), 'rclone on the NAS');
  await dialog.getByLabel('Your password').fill(person.password);
  await dialog.getByRole('button', { name: 'Make it' }).click();
  const secret = await shownText(dialog.getByLabel('App password'));
  await dialog.getByRole('button', { name: 'Copy' }).click();
  await dialog.getByText('Copied').waitFor();
  assert.equal(await page.evaluate('navigator.clipboard.readText()'), secret);
  const call = httpCall(stage.origin());
  assert.equal((await call('GET', '/api/v1/drives', { token: secret })).status, 200);
  await dialog.getByRole('button', { name: 'Done' }).click();
  const row = page.getByRole('row').filter({ hasText: 'rclone on the NAS' });
  await row.getByText('Files').waitFor();
  assert.ok(!(await page.content()).includes(secret), 'it is shown once');

  await row.getByRole('button', { name: 'Revoke rclone on the NAS' }).click();
  await dialog.getByText('It cannot be brought back').waitFor();
  assert.equal((await call('GET', '/api/v1/drives', { token: secret })).status, 200);
  await dialog.getByRole('button', { name: 'Revoke it' }).click();
  await page.getByText('No app passwords').waitFor();
  assert.equal((await call('GET', '/api/v1/drives', { token: secret })).status, 401);
});

test('the password is changed with the old one and live advice; other sessions end', { skip }, async () => {
  const { person } = await signUpTwo('Chien-Shiung Wu');
  await using watched = await stage.openAs(person, '/settings/keys');
  watched.expectTrouble(/status of 4\d\d/);
  const { page } = watched;
  await page.getByLabel('Password now').fill('wrong wrong wrong');
  await page.getByLabel('New password').fill('password1');
  await page.getByText('it would not be taken').waitFor();
  await page.getByLabel('New password').fill(NEW_PASSWORD);
  await page.getByText('Very good.').waitFor();
  await page.getByRole('button', { name: 'Change the password' }).click();
  await page.getByRole('alert').getByText('Could not change the password').waitFor();
  await page.getByLabel('Password now').fill(person.password);
  await page.getByRole('button', { name: 'Change the password' }).click();
  await said(page).getByText('The password is changed. 1 other session ended.').waitFor();
  const { email } = person;
  const logIn = async (password: string): Promise<number> =>
    (await httpCall(stage.origin())('POST', '/api/v1/sessions', { json: { email, password } })).status;
  assert.equal(await logIn(person.password), 401);
  assert.equal(await logIn(NEW_PASSWORD), 201);
});

test('new keys come with a new kit; the old recovery key opens nothing any more', { skip }, async () => {
  const { person } = await signUpTwo('Maria Goeppert');
  const drive = await person.drive();
  await drive.put('root', 'shells.txt', Buffer.from('2 8 20 28 50'));
  await using watched = await stage.openAs(person, '/settings/keys');
  const { page } = watched;
  await page.getByRole('button', { name: 'I have kept it' }).click();
  await page.getByText('You said that you kept it.').waitFor();
  await page.getByRole('button', { name: 'Make new keys' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByText('it opens nothing any more').waitFor();
  await dialog.getByLabel('Your password').fill(person.password);
  await dialog.getByRole('button', { name: 'Make new keys' }).click();
  await page.getByRole('heading', { name: 'Keep your recovery kit' }).waitFor();
  const key = await shownText(page.getByText(/^AGE-SECRET-KEY-/));
  assert.notEqual(key, person.recoveryKey);
  await page.getByLabel(/type the last 6 characters/).fill(key.slice(-6));
  await page.getByRole('button', { name: 'I have kept it' }).click();
  await page.getByRole('link', { name: 'shells.txt' }).waitFor();
  // The page would hear that recovering ends its session.
  await page.goto('about:blank');
  const recover = async (recoveryKey: string): Promise<number> => {
    const json = { email: person.email, recoveryKey, newPassword: NEW_PASSWORD };
    return (await httpCall(stage.origin())('POST', '/api/v1/account/recovery', { json })).status;
  };
  assert.equal(await recover(person.recoveryKey), 401);
  assert.equal(await recover(key), 201);
});

test('light and dark are chosen, and the browser remembers', { skip }, async () => {
  const { person } = await signUpTwo('Vera Rubin');
  await using watched = await stage.openAs(person, '/settings', { colorScheme: 'light' });
  const { page } = watched;
  const scheme = async (): Promise<unknown> =>
    await page.evaluate('getComputedStyle(document.documentElement).colorScheme');
  await page.getByText('Dark', { exact: true }).click();
  await page.locator('html[data-mantine-color-scheme=dark]').waitFor();
  await page.reload();
  await page.getByRole('heading', { name: 'Appearance' }).waitFor();
  assert.equal(await scheme(), 'dark');
  await page.getByText('As the system', { exact: true }).click();
  await page.locator('html[data-mantine-color-scheme=light]').waitFor();
});

test('an account is deleted only by who types its address and knows its password', { skip }, async () => {
  const { person } = await signUpTwo('Cecilia Payne');
  await using watched = await stage.openAs(person, '/settings', { bypassCSP: true });
  const { page } = watched;
  await page.getByRole('button', { name: 'Delete my account' }).click();
  const dialog = page.getByRole('dialog');
  const act = dialog.getByRole('button', { name: 'Delete the account and all files' });
  await dialog.getByLabel('Your password').fill(person.password);
  assert.ok(await act.isDisabled(), 'before the address is typed');
  await dialog.getByLabel(/Type .* to confirm/).fill(person.email);
  await act.click();
  await page.getByRole('heading', { name: 'The account is deleted' }).waitFor();
  await page.getByText('Backups that were made before').waitFor();
  await assertAccessible(page, 'the page after an account is deleted');
  const { email, password } = person;
  const answer = await httpCall(stage.origin())('POST', '/api/v1/sessions', { json: { email, password } });
  assert.equal(answer.status, 401);
});

test('a member invites a guest by a link, and takes another invitation back', { skip }, async () => {
  const { person } = await signUpTwo('Rosalind Franklin');
  await using watched = await stage.openAs(person, '/settings/invitations');
  const { page } = watched;
  await page.getByText('No open invitations').waitFor();
  await page.getByRole('button', { name: 'Invite somebody' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('E-mail').fill('guest@example.org');
  assert.deepEqual(await dialog.getByLabel('Role').getByRole('option').allInnerTexts(), ['Member', 'Guest']);
  await dialog.getByLabel('Role').selectOption('Guest');
  await dialog.getByRole('button', { name: 'Make the invitation' }).click();
  const link = await shownText(dialog.getByLabel('Invitation link'));
  const invitation = new URLSearchParams(new URL(link).hash.slice(1)).get('invitation') ?? '';
  await dialog.getByRole('button', { name: 'Done' }).click();
  await page.getByRole('row').filter({ hasText: 'guest@example.org' }).waitFor();
  const guest = await signUpOverHttp(stage.origin(), { name: 'Guest', email: 'guest@example.org', invitation });
  assert.equal((await guest.ask<{ role: string }>('GET', '/account')).role, 'guest');

  await page.reload();
  await page.getByText('No open invitations').waitFor();
  await page.getByRole('button', { name: 'Invite somebody' }).click();
  await dialog.getByRole('button', { name: 'Make the invitation' }).click();
  await dialog.getByRole('button', { name: 'Done' }).click();
  await page.getByRole('button', { name: 'Take back the invitation for anybody' }).click();
  await dialog.getByRole('button', { name: 'Take it back' }).click();
  await page.getByText('No open invitations').waitFor();
});
