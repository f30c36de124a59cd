/** Names without a place to break, as long as they may be: no dialog loses its way out or its buttons by them. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Locator, Page } from 'playwright-core';
import { bucketFinding, look } from '../support/clients/guard-over-http.ts';
import { setStage } from '../support/browser/stage.ts';

const stage = setStage();
const { skip } = stage;
const WIDTHS = [1280, 390] as const;
const LONG = 'W'.repeat(150);

/** All that is used in a dialog lies within it, so that a mouse comes to it. */
async function assertReached(page: Page, ...more: readonly Locator[]): Promise<void> {
  const dialog = page.getByRole('dialog');
  const around = await boxOf(dialog);
  const { width = 0 } = page.viewportSize() ?? {};
  assert.ok(around.left >= 0 && around.right <= width, 'the dialog lies on the screen');
  for (const each of [...(await dialog.getByRole('button').all()), ...more]) {
    const { left, right } = await boxOf(each);
    const isWithin = left >= around.left && right <= around.right;
    assert.ok(isWithin, `${await each.innerText()}: ${left} to ${right} in ${around.left} to ${around.right}`);
  }
}

async function boxOf(thing: Locator): Promise<{ left: number; right: number }> {
  const box = await thing.boundingBox();
  assert.ok(box, 'it is drawn');
  return { left: Math.ceil(box.x), right: Math.floor(box.x + box.width) };
}

test(
  'beside long names in a table our own words stay whole, and the table is no wider than its page',
  { skip },
  async () => {
    const admin = await stage.signUp({ name: 'Grace Hopper' });
    const title = `${'Somebody tries one password after the other, and does not stop. '.repeat(3)}${LONG}`;
    const seen = [bucketFinding(`a-bucket-${'w'.repeat(54)}`, { check: 'guessing', title, severity: 'high' })];
    await look(admin, seen, { source: 'network' });
    await using watched = await stage.openAs(admin, '/security/findings', { bypassCSP: true });
    const { page } = watched;
    const table = page.getByRole('table', { name: 'Findings' });
    await table.getByRole('cell', { name: 'Network', exact: true }).waitFor();
    assert.equal(await page.evaluate(LINES_OF_NETWORK), 1);
    const { right } = await boxOf(table);
    assert.ok(right <= 1280, `the table ends at ${right}`);
  },
);

const LINES_OF_NETWORK = `(() => {
  const words = document.createRange();
  words.selectNodeContents([...document.querySelectorAll('td')].find((each) => each.textContent === 'Network'));
  return words.getClientRects().length;
})()`;

for (const width of WIDTHS) {
  const sized = { viewport: { width, height: 800 } };

  test(`a folder with a long name is moved, shared and removed for good at ${width} pixels`, { skip }, async () => {
    const person = await stage.signUp({ name: 'Ada Lovelace', email: `files-${width}@example.org` });
    const drive = await person.drive();
    const folder = await drive.makeFolder('root', `a folder ${LONG}`);
    await drive.makeFolder(folder, `one in it ${LONG}`);
    await drive.put('root', `${LONG}.txt`, Buffer.from('x'));
    await using watched = await stage.openAs(person, '/files', sized);
    const { page } = watched;
    const dialog = page.getByRole('dialog');
    const choose = async (name: string, act: string): Promise<void> => {
      await page.getByRole('button', { name: `What to do with ${name}` }).click();
      await page.getByRole('menuitem', { name: act, exact: true }).click();
    };
    await choose(LONG, 'Move');
    await dialog.getByRole('button', { name: 'a folder' }).click();
    await dialog.getByRole('button', { name: 'one in it' }).waitFor();
    await assertReached(page);
    await dialog.getByRole('button', { name: 'Close' }).click();
    await choose(LONG, 'Share in a chat room');
    await dialog.getByText('Everyone in this room').waitFor();
    await assertReached(page);
    await dialog.getByRole('button', { name: 'Cancel' }).click();

    await person.ask('POST', `/drives/${drive.driveId}/entries/${folder}/trash`);
    await page.goto('/trash');
    await page.getByRole('listitem').getByRole('button', { name: 'Remove for good' }).click();
    await dialog.getByText('Nobody can bring it back').waitFor();
    await assertReached(page);
    await dialog.getByRole('button', { name: 'Remove for good' }).click();
    await page.getByText('The trash is empty').waitFor();
  });

  test(`a conversation begins with somebody of a long name at ${width} pixels`, { skip }, async () => {
    const ada = await stage.signUp({ name: 'Ada Lovelace', email: `chat-${width}@example.org` });
    await stage.signUp({ name: 'W'.repeat(54), email: `${'w'.repeat(54)}@${width}.example.org` });
    await using watched = await stage.openAs(ada, '/chat', sized);
    const { page } = watched;
    await page.getByRole('button', { name: 'New', exact: true }).click();
    await page.getByRole('menuitem', { name: 'Conversation' }).click();
    const dialog = page.getByRole('dialog');
    const person = dialog.getByRole('list', { name: 'People' }).getByRole('button', { name: /W{54}/ }).first();
    await person.waitFor();
    await assertReached(page);
    await person.click();
    await dialog.getByRole('button', { name: /^Not with / }).waitFor();
    await assertReached(page);
    await dialog.getByRole('button', { name: 'Start it' }).click();
    await page.waitForURL(/\/chat\/rooms\//);
  });

  test(`an app password for what has a long name is shown whole and revoked at ${width} pixels`, { skip }, async () => {
    const person = await stage.signUp({ name: 'Emmy Noether', email: `password-${width}@example.org` });
    await using watched = await stage.openAs(person, '/settings/app-passwords', sized);
    const { page } = watched;
    const dialog = page.getByRole('dialog');
    await page.getByRole('button', { name: 'Make an app password' }).click();
    await dialog.getByLabel('Which program, on which device').fill('W'.repeat(100));
    await dialog.getByLabel('Your password').fill(person.password);
    await dialog.getByRole('button', { name: 'Make it' }).click();
    const secret = dialog.getByLabel('App password');
    await secret.waitFor();
    await assertReached(page, secret);
    await dialog.getByRole('button', { name: 'Done' }).click();
    await page.getByRole('button', { name: /^Revoke W/ }).click();
    await assertReached(page);
    await dialog.getByRole('button', { name: 'Revoke it' }).click();
    await page.getByText('No app passwords').waitFor();
  });
}
