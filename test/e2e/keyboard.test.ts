/** Without a mouse, and on a phone. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import type { Locator, Page } from 'playwright-core';
import { holdBack } from '../support/browser/held-back.ts';
import { localFiles } from '../support/browser/local-files.ts';
import { shownText } from '../support/browser/shown-text.ts';
import { setStage } from '../support/browser/stage.ts';

const stage = setStage();
const { skip } = stage;
const PASSWORD = 'nine slow barges upstream';

/** Presses Tab until the thing has the focus: what cannot be reached so cannot be reached at all. */
async function tabTo(page: Page, target: Locator): Promise<void> {
  await target.waitFor();
  for (let presses = 0; presses < 40; presses++) {
    if ((await target.and(page.locator(':focus')).count()) === 1) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`Tab does not lead to ${String(target)}`);
}

test('from signing up to a download with the keyboard alone', { skip }, async () => {
  await using files = await localFiles({ 'letter.txt': 'dear reader\n' });
  await using watched = await stage.open();
  const { page } = watched;
  await page.goto('/sign-up');
  await tabTo(page, page.getByLabel('Setup code'));
  await page.keyboard.type(await stage.setupCode());
  await tabTo(page, page.getByLabel('Name', { exact: true }));
  await page.keyboard.type('Ada Lovelace');
  await tabTo(page, page.getByLabel('E-mail', { exact: true }));
  await page.keyboard.type('ada@example.org');
  await tabTo(page, page.getByLabel('Password', { exact: true }));
  await page.keyboard.type(PASSWORD);
  await page.keyboard.press('Enter');

  await page.getByRole('heading', { name: 'Keep your recovery kit' }).waitFor();
  const key = await shownText(page.getByText(/^AGE-SECRET-KEY-/));
  await tabTo(page, page.getByLabel(/type the last 6 characters/));
  await page.keyboard.type(key.slice(-6));
  await page.keyboard.press('Enter');
  await page.getByText('Your files will be here').waitFor();

  await tabTo(page, page.getByRole('button', { name: 'New folder' }));
  await page.keyboard.press('Enter');
  await page.getByRole('dialog').getByLabel('Name').and(page.locator(':focus')).waitFor();
  await page.keyboard.type('Letters');
  await page.keyboard.press('Enter');
  await page.getByRole('row', { name: /Letters/ }).waitFor();
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  const grid = page.getByRole('grid', { name: 'Files and folders' });
  await tabTo(page, grid);
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Letters' }).waitFor();

  await tabTo(page, page.getByRole('button', { name: 'Upload' }));
  await page.keyboard.press('Enter');
  const asking = page.waitForEvent('filechooser');
  // The first item has the focus as soon as the menu is open.
  await page.getByRole('menuitem', { name: 'Files' }).and(page.locator(':focus')).waitFor();
  await page.keyboard.press('Enter');
  await (await asking).setFiles(files.path('letter.txt'));
  await page.getByRole('row', { name: /letter\.txt/ }).waitFor();

  await tabTo(page, grid);
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  const link = page.getByRole('dialog').getByRole('link', { name: 'Download' }).first();
  await tabTo(page, link);
  const coming = page.waitForEvent('download');
  await page.keyboard.press('Enter');
  assert.equal(await readFile(await (await coming).path(), 'utf8'), 'dear reader\n');

  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  await tabTo(page, grid);
  await page.keyboard.press('Delete');
  // A note with the mouse on it stays, however long the way to it takes; the focus is where it was.
  await page.getByText('letter.txt moved to the trash.').hover();
  await tabTo(page, page.getByRole('button', { name: 'Undo' }));
  await page.keyboard.press('Enter');
  await page.getByRole('row', { name: /letter\.txt/ }).waitFor();
});

test(
  'the menu of a row: by its key, by Shift F10 and by its button, with arrows, and the focus comes back',
  { skip },
  async () => {
    const person = await stage.signUp({ name: 'Frances Spence' });
    const drive = await person.drive();
    for (const name of ['alpha.txt', 'beta.txt']) await drive.put('root', name, Buffer.from(name));
    await using watched = await stage.openAs(person, '/files');
    const { page } = watched;
    const grid = page.getByRole('grid', { name: 'Files and folders' });
    const item = (name: string) => page.getByRole('menuitem', { name });
    const focused = (target: Locator) => target.and(page.locator(':focus')).waitFor();
    await tabTo(page, grid);
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ContextMenu');
    await focused(item('Download'));
    await page.keyboard.press('ArrowDown');
    await focused(item('Versions'));
    await page.keyboard.press('Escape');
    await item('Versions').waitFor({ state: 'detached' });
    await focused(grid);
    const active = page.getByRole('row', { name: /beta\.txt/ });
    assert.equal(
      await grid.getAttribute('aria-activedescendant'),
      await active.getAttribute('id'),
      'it stayed on its row',
    );

    await page.keyboard.press('Shift+F10');
    await focused(item('Download'));
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await page
      .getByRole('dialog', { name: /Rename/ })
      .getByRole('textbox')
      .waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await focused(grid);

    await tabTo(page, page.getByRole('button', { name: 'What to do with beta.txt' }));
    await page.keyboard.press('Enter');
    await focused(item('Download'));
    await page.keyboard.press('Escape');
    await focused(page.getByRole('button', { name: 'What to do with beta.txt' }));
    await page.keyboard.press('ArrowUp');
    await focused(grid);
    await page.keyboard.press('Shift+F10');
    await focused(item('Download'));
    await page.keyboard.press('End');
    await page.keyboard.press('Enter');
    await page.getByText('alpha.txt moved to the trash.').waitFor();
    await focused(grid);
  },
);

test('a dialog keeps the focus inside, and gives it back when it closes', { skip }, async () => {
  const person = await stage.signUp({ name: 'Joan Clarke' });
  await using watched = await stage.open();
  const { page } = watched;
  await stage.logIn(watched, person);
  // Another part that comes late keeps nothing else away.
  const panel = await holdBack(page, /^\/assets\/upload-panel-.*\.js$/);
  await page.goto('/files', { waitUntil: 'commit' });
  await panel.asked;
  const button = page.getByRole('button', { name: 'New folder' });
  await button.focus();
  // Nobody waits for the search box before typing; the first time its script is still on the way.
  await page.keyboard.press('Control+k');
  await page.keyboard.type('everything about');
  const search = page.getByRole('combobox', { name: /^Search/ });
  await search.and(page.locator(':focus')).waitFor();
  await page.getByRole('option', { name: 'All files with “everything about” in their name' }).waitFor();
  panel.letGo();
  await page.keyboard.press('Escape');
  await button.and(page.locator(':focus')).waitFor();
  await page.keyboard.press('Enter');
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Name').and(page.locator(':focus')).waitFor();
  for (let presses = 0; presses < 12; presses++) {
    await page.keyboard.press('Tab');
    assert.equal(await dialog.locator(':focus').count(), 1, `after ${presses + 1} tabs`);
  }
  await page.keyboard.press('Escape');
  await dialog.waitFor({ state: 'detached' });
  await button.and(page.locator(':focus')).waitFor();
});
