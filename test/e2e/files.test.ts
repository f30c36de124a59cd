/** Everything that people do with files, by mouse, in the pages. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import type { Locator, Page } from 'playwright-core';
import { assertAccessible } from '../support/browser/accessibility.ts';
import { dropFiles } from '../support/browser/drop-files.ts';
import { lineTo } from '../support/browser/line.ts';
import { holdBack, holdBackAnswer } from '../support/browser/held-back.ts';
import { localFiles } from '../support/browser/local-files.ts';
import { setStage } from '../support/browser/stage.ts';

const stage = setStage();
const { skip } = stage;

const rowOf = (page: Page, name: string): Locator => page.getByRole('row').filter({ hasText: name });

async function choose(page: Page, name: string, act: string): Promise<void> {
  await page.getByRole('button', { name: `What to do with ${name}` }).click();
  await page.getByRole('menuitem', { name: act, exact: true }).click();
}

async function downloaded(page: Page, click: () => Promise<void>): Promise<{ name: string; content: Buffer }> {
  const coming = page.waitForEvent('download');
  await click();
  const download = await coming;
  return { name: download.suggestedFilename(), content: await readFile(await download.path()) };
}

test('several files and a folder are dropped, show their progress, and come back as they were', { skip }, async () => {
  const person = await stage.signUp({ name: 'Ada Lovelace' });
  // More than the buffers on the way take in at once.
  const content = randomBytes(30_000_000);
  await using files = await localFiles({
    'Engine.pdf': content,
    'notes.txt': 'one\n',
    'Trip/day 1.txt': 'first day\n',
    'Trip/photos/a.jpg': 'not really\n',
  });
  await using line = await lineTo(stage.origin());
  await using watched = await stage.openAs(person, '/files', { origin: line.origin, bypassCSP: true });
  const { page } = watched;
  await page.getByText('Your files will be here').waitFor();
  line.holdAfter(2_000_000);
  await dropFiles(page, [files.path('Engine.pdf'), files.path('notes.txt'), files.path('Trip')]);

  const panel = page.getByRole('region', { name: 'Uploads' });
  await panel.getByRole('heading', { name: /Uploading \d files?/ }).waitFor();
  await panel.getByRole('progressbar', { name: 'How much is uploaded' }).waitFor();
  await panel
    .getByText(/ of 30 MB/)
    .first()
    .waitFor();
  await assertAccessible(page, 'uploads that go on');
  line.mend();
  await panel.getByRole('heading', { name: '4 files stored' }).waitFor();

  await rowOf(page, 'notes.txt').waitFor();
  const back = await downloaded(page, async () => await choose(page, 'Engine.pdf', 'Download'));
  assert.equal(back.name, 'Engine.pdf');
  assert.ok(back.content.equals(content), 'what comes back is what was stored');
  await page.getByRole('link', { name: 'Trip' }).click();
  await page.getByRole('link', { name: 'photos' }).click();
  await rowOf(page, 'a.jpg').waitFor();

  // Both copies are read back soon after; the shield says so in words too.
  await page.goto('/files');
  const shield = async (name: string, words: RegExp): Promise<{ picture: string | null; colour: unknown }> => {
    const state = rowOf(page, name).locator('[data-state]').filter({ hasText: words });
    await state.waitFor();
    const colour = await page.evaluate(
      `getComputedStyle(document.querySelector('[data-state=${await state.getAttribute('data-state')}] svg')).color`,
    );
    return { picture: await state.locator('svg').getAttribute('class'), colour };
  };
  const good = await shield('Engine.pdf', /2 of 2 copies\. Both copies were read back and are right/);
  // What the server says where copies are missing: it makes them anew before anybody could look.
  const missing: Readonly<Record<string, object>> = {
    'Engine.pdf': { primary: 'verified', backup: 'lost', count: 1 },
    'notes.txt': { primary: 'lost', backup: 'lost', count: 0 },
  };
  await page.route(/\/entries\?/, async (route) => {
    const response = await route.fetch();
    const list = (await response.json()) as { entries: { name: string; copies?: object }[] };
    for (const entry of list.entries) Object.assign(entry, missing[entry.name] && { copies: missing[entry.name] });
    await route.fulfill({ response, json: list });
  });
  await page.reload();
  const look = await shield('Engine.pdf', /1 of 2 copies\. One copy is missing or altered/);
  const risk = await shield('notes.txt', /0 of 2 copies\. No good copy is known/);
  assert.match(good.picture ?? '', /shield-check/);
  for (const { picture } of [look, risk]) assert.match(picture ?? '', /shield-exclamation/);
  assert.equal(new Set([good, look, risk].map(({ colour }) => colour)).size, 3, 'each has its own colour');
  await page.unrouteAll({ behavior: 'wait' });
});

test('a folder is made, a file renamed and moved, and both are taken back', { skip }, async () => {
  const person = await stage.signUp({ name: 'Grace Hopper' });
  const drive = await person.drive();
  await drive.put('root', 'draft.txt', Buffer.from('draft'));
  await using watched = await stage.openAs(person, '/files');
  const { page } = watched;
  await page.getByRole('button', { name: 'New folder' }).click();
  await page.getByRole('dialog').getByLabel('Name').fill('Compilers');
  await page.getByRole('button', { name: 'Make the folder' }).click();
  await rowOf(page, 'Compilers').waitFor();

  await choose(page, 'draft.txt', 'Rename');
  await page.getByRole('dialog').getByLabel('Name').fill('manual.txt');
  await page.getByRole('button', { name: 'Rename' }).click();
  await rowOf(page, 'manual.txt').waitFor();
  assert.equal(await rowOf(page, 'draft.txt').count(), 0);
  const said = page.getByRole('region', { name: 'What was just done' });
  await said.getByText('draft.txt is now called manual.txt.').waitFor();
  await said.getByRole('button', { name: 'Undo' }).click();
  await rowOf(page, 'draft.txt').waitFor();
  assert.equal(await rowOf(page, 'manual.txt').count(), 0);

  await choose(page, 'draft.txt', 'Move');
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('button', { name: 'Compilers' }).click();
  await dialog.getByRole('button', { name: 'Move to “Compilers”' }).click();
  // A note with the mouse on it stays, however long the list takes.
  await said.getByText('draft.txt moved to Compilers.').hover();
  await rowOf(page, 'draft.txt').waitFor({ state: 'detached' });
  await said.getByRole('button', { name: 'Undo' }).click();
  await rowOf(page, 'draft.txt').waitFor();
});

test('a name that is taken is refused in words, and the dialog keeps what was typed', { skip }, async () => {
  const person = await stage.signUp({ name: 'Jean Bartik' });
  const drive = await person.drive();
  await drive.put('root', 'one.txt', Buffer.from('1'));
  await drive.put('root', 'two.txt', Buffer.from('2'));
  await using watched = await stage.openAs(person, '/files');
  watched.expectTrouble(/status of 409/);
  const { page } = watched;
  await choose(page, 'one.txt', 'Rename');
  const name = page.getByRole('dialog').getByLabel('Name');
  await name.fill('two.txt');
  await page.getByRole('button', { name: 'Rename' }).click();
  await page.getByRole('alert').getByText('Could not rename “one.txt”').waitFor();
  assert.equal(await name.inputValue(), 'two.txt');
});

test('what is thrown away can be undone at once, restored later, and removed for good', { skip }, async () => {
  const person = await stage.signUp({ name: 'Klara von Neumann' });
  const drive = await person.drive();
  for (const name of ['a.txt', 'b.txt', 'c.txt']) await drive.put('root', name, Buffer.from(name));
  await using watched = await stage.openAs(person, '/files');
  const { page } = watched;
  await choose(page, 'a.txt', 'Move to the trash');
  await rowOf(page, 'a.txt').waitFor({ state: 'detached' });
  await page.getByRole('button', { name: 'Undo' }).click();
  await rowOf(page, 'a.txt').waitFor();

  for (const name of ['a.txt', 'b.txt']) {
    await page.getByRole('checkbox', { name: new RegExp(name.replace('.', String.raw`\.`)) }).click();
  }
  await page.getByRole('toolbar').getByRole('button', { name: 'Move to the trash' }).click();
  await rowOf(page, 'b.txt').waitFor({ state: 'detached' });

  await page.getByRole('link', { name: 'Trash' }).click();
  const trashed = page.getByRole('listitem').filter({ hasText: 'a.txt' });
  await trashed.getByRole('button', { name: 'Restore' }).click();
  await trashed.waitFor({ state: 'detached' });
  await page
    .getByRole('listitem')
    .filter({ hasText: 'b.txt' })
    .getByRole('button', { name: 'Remove for good' })
    .click();
  const sure = page.getByRole('dialog');
  await sure.getByText('Nobody can bring it back').waitFor();
  await sure.getByRole('button', { name: 'Remove for good' }).click();
  await page.getByText('The trash is empty').waitFor();
  assert.deepEqual((await drive.list('root')).map(({ name }) => name).toSorted(), ['a.txt', 'c.txt']);
});

test('every upload is a version: an older one is fetched, and restored, and that can be undone', { skip }, async () => {
  const person = await stage.signUp({ name: 'Betty Holberton' });
  const drive = await person.drive();
  for (const text of ['first', 'second', 'third']) await drive.put('root', 'plan.txt', Buffer.from(text));
  const [file] = await drive.list('root');
  await using watched = await stage.openAs(person, '/files');
  const { page } = watched;
  await watched.listens;
  await page.getByRole('link', { name: 'plan.txt' }).click();
  const drawer = page.getByRole('dialog');
  const versions = drawer.getByRole('region', { name: 'Versions' }).getByRole('listitem');
  await versions.nth(2).waitFor();
  assert.equal(await versions.count(), 3);
  const oldest = await downloaded(
    page,
    async () => await versions.nth(2).getByRole('link', { name: 'Download' }).click(),
  );
  assert.equal(oldest.content.toString(), 'first');
  // The page is told of it before it has the answer.
  const restored = await holdBackAnswer(page, /\/restore$/);
  await versions.nth(2).getByRole('button', { name: 'Restore this version' }).click();
  await restored.asked;
  await versions.nth(0).getByText('brought back from an older version').waitFor();
  restored.letGo();
  assert.equal(await versions.count(), 4, 'nothing is lost by restoring');
  assert.equal((await drive.read(file?.id ?? '')).toString(), 'first');
  await page.getByRole('button', { name: 'Undo' }).click();
  await versions.nth(4).waitFor();
  assert.equal((await drive.read(file?.id ?? '')).toString(), 'third');
  await versions
    .nth(0)
    .getByText(/of 2 copies/)
    .waitFor();
});

test(
  'search finds by a part of the name, from the page and from Ctrl K, which goes anywhere; the log hears nothing of it',
  { skip },
  async () => {
    const person = await stage.signUp({ name: 'Marlyn Meltzer' });
    const drive = await person.drive();
    const folder = await drive.makeFolder('root', 'Trajectories');
    await drive.put(folder, 'Übersicht 1946.pdf', Buffer.from('x'));
    await drive.put('root', 'else.txt', Buffer.from('y'));
    await using watched = await stage.openAs(person, '/files');
    const { page } = watched;
    const asked: string[] = [];
    page.on('request', (request) => asked.push(decodeURIComponent(request.url())));
    await page.getByRole('heading', { name: 'My drive' }).waitFor();
    const box = page.getByRole('combobox', { name: /^Search/ });
    const search = async (typed: string): Promise<void> => {
      await page.keyboard.press('Control+k');
      await box.fill(typed);
    };
    await search('ubersicht');
    await page.getByRole('option', { name: /Übersicht 1946\.pdf/ }).click();
    await page.getByRole('dialog').getByText('Übersicht 1946.pdf').waitFor();

    await page.goto('/search');
    await page.getByRole('searchbox').fill('*.pdf');
    await page.getByText(/1 match among/).waitFor();
    await page.getByRole('link', { name: 'Übersicht 1946.pdf' }).waitFor();
    await page.reload();
    await page.getByRole('link', { name: 'Übersicht 1946.pdf' }).waitFor();
    assert.deepEqual(
      asked.filter((url) => /bersicht|\.pdf/.test(url)),
      [],
      'what is looked for stands in no address that is sent',
    );
    // Who goes on while the last letters are looked for is not taken back, however late the next page comes.
    const trash = await holdBack(page, /^\/assets\/trash-page-.*\.js$/);
    await page.getByRole('searchbox').fill('nowhere');
    await page.getByRole('link', { name: 'Trash' }).click();
    await trash.asked;
    await page.getByText(/^Nothing found among/).waitFor();
    trash.letGo();
    await page.getByRole('heading', { name: 'Trash' }).waitFor();

    // It goes to every part of a page, and does from anywhere what buttons do on their pages.
    await search('app pass');
    await page.getByRole('option', { name: /^App passwords/ }).waitFor();
    await page.keyboard.press('Enter');
    await page.getByText('No app passwords').waitFor();
    await using files = await localFiles({ 'letter.txt': 'dear reader\n' });
    const choosing = page.waitForEvent('filechooser');
    await search('upload');
    await page.getByRole('option', { name: /^Upload files/ }).click();
    await (await choosing).setFiles(files.path('letter.txt'));
    await rowOf(page, 'letter.txt').waitFor();
    await search('folder new');
    await page.getByRole('option', { name: /^New folder/ }).click();
    await page.getByRole('dialog', { name: 'New folder' }).getByLabel('Name').fill('Tables');
    await page.keyboard.press('Enter');
    await rowOf(page, 'Tables').waitFor();
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await search('dark');
    await page.getByRole('option', { name: /^Dark appearance/ }).click();
    await page.locator('html[data-mantine-color-scheme=dark]').waitFor();
    await search('findings');
    await page.getByRole('option', { name: 'All files with “findings” in their name' }).waitFor();
    assert.equal(await page.getByRole('option', { name: /^(?:Open f|F)indings/ }).count(), 0, 'those are for admins');
  },
);

test('a reload keeps the place, and Back goes where it came from', { skip }, async () => {
  const person = await stage.signUp({ name: 'Ruth Teitelbaum' });
  const drive = await person.drive();
  const outer = await drive.makeFolder('root', 'Outer');
  const inner = await drive.makeFolder(outer, 'Inner');
  await drive.put(inner, 'deep.txt', Buffer.from('deep'));
  await using watched = await stage.openAs(person, '/files');
  const { page } = watched;
  await page.getByRole('link', { name: 'Outer' }).click();
  await page.getByRole('link', { name: 'Inner' }).click();
  await page.getByRole('link', { name: 'deep.txt' }).click();
  await page.getByRole('dialog').getByText('Versions').waitFor();
  await page.reload();
  await page.getByRole('dialog').getByText('deep.txt').waitFor();
  await page.goBack();
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  await page.getByRole('heading', { name: 'Inner' }).waitFor();
  await page.goBack();
  await page.getByRole('heading', { name: 'Outer' }).waitFor();
  await page.goBack();
  await page.getByRole('heading', { name: 'My drive' }).waitFor();
  await page.goForward();
  await page.getByRole('heading', { name: 'Outer' }).waitFor();
});
