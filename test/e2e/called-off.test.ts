/** What somebody has called off is not done later, what failed can be tried again, and what runs is not run twice. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { holdBack } from '../support/browser/held-back.ts';
import { setStage } from '../support/browser/stage.ts';
import type { WatchedPage } from '../support/browser/watched-page.ts';
import { untilWhole } from '../support/browser/whole-page.ts';

const stage = setStage();
const { skip } = stage;

/** What a browser says of a network that is gone. */
function allowOffline(watched: WatchedPage): void {
  watched.allowTrouble(/ERR_INTERNET_DISCONNECTED|WebSocket connection/);
}

test(
  'an act without a network is refused at once, and one that was then left is not done when it is back',
  { skip },
  async () => {
    const person = await stage.signUp({ name: 'Sally Ride' });
    const drive = await person.drive();
    const { id } = await drive.put('root', 'kept.txt', Buffer.from('kept'));
    await person.ask('POST', `/drives/${drive.driveId}/entries/${id}/trash`);
    await using watched = await stage.openAs(person, '/trash');
    allowOffline(watched);
    const { page, context } = watched;
    await untilWhole(watched);
    const sure = page.getByRole('dialog', { name: 'Remove for good' });
    const item = page.getByRole('listitem').filter({ hasText: 'kept.txt' });
    await item.getByRole('button', { name: 'Remove for good' }).click();
    await context.setOffline(true);
    await sure.getByRole('button', { name: 'Remove for good' }).click();
    await sure.getByText('The server does not answer').waitFor();
    await sure.getByRole('button', { name: 'Keep it' }).click();
    // Once it has asked again, whatever waited for the network has been sent too.
    const again = page.waitForResponse((response) => /\/trash(\?|$)/.test(response.url()) && response.ok());
    await context.setOffline(false);
    await again;
    await item.getByRole('button', { name: 'Restore' }).click();
    await page.getByText('kept.txt is back in my drive.').waitFor();
  },
);

test('a way back that failed is still there, and says nothing of what was typed', { skip }, async () => {
  const person = await stage.signUp({ name: 'Mae Jemison' });
  const drive = await person.drive();
  await drive.put('root', 'plan.txt', Buffer.from('plan'));
  await using watched = await stage.openAs(person, '/files');
  allowOffline(watched);
  const { page, context } = watched;
  await page.getByRole('button', { name: 'What to do with plan.txt' }).click();
  await page.getByRole('menuitem', { name: 'Rename' }).click();
  await page.getByLabel('Name', { exact: true }).fill('scheme.txt');
  await page.getByRole('button', { name: 'Rename' }).click();
  await untilWhole(watched);
  const notes = page.getByRole('region', { name: 'What was just done' });
  const undo = notes.getByRole('button', { name: 'Undo' });
  await undo.hover();
  await context.setOffline(true);
  await undo.click();
  await notes.getByText('Check the connection, then try again.').waitFor();
  assert.doesNotMatch(await notes.innerText(), /typed/);
  await context.setOffline(false);
  await undo.click();
  await page.getByRole('row', { name: /plan\.txt/ }).waitFor();
  await undo.waitFor({ state: 'detached' });
});

test('what is being restored cannot be restored a second time meanwhile', { skip }, async () => {
  const person = await stage.signUp({ name: 'Valentina Tereshkova' });
  const drive = await person.drive();
  const { id } = await drive.put('root', 'orbit.txt', Buffer.from('orbit'));
  await person.ask('POST', `/drives/${drive.driveId}/entries/${id}/trash`);
  await using watched = await stage.openAs(person, '/trash');
  const { page } = watched;
  const answer = await holdBack(page, /\/restore$/);
  const restore = page.getByRole('button', { name: 'Restore' });
  await restore.click();
  await answer.asked;
  assert.ok(await restore.isDisabled());
  answer.letGo();
  await page.getByText('orbit.txt is back in my drive.').waitFor();
  await page.getByText('The trash is empty').waitFor();
});

test('a folder that is in the trash says so, and offers nothing that would be refused', { skip }, async () => {
  const person = await stage.signUp({ name: 'Kalpana Chawla' });
  const drive = await person.drive();
  const folder = await drive.makeFolder('root', 'Mission');
  await drive.put(folder, 'log.txt', Buffer.from('log'));
  await using watched = await stage.openAs(person, `/drives/${drive.driveId}/folders/${folder}`);
  const { page } = watched;
  await page.getByRole('row', { name: /log\.txt/ }).waitFor();
  await page.getByRole('button', { name: 'New folder' }).waitFor();
  await person.ask('POST', `/drives/${drive.driveId}/entries/${folder}/trash`);
  await page.getByText('This folder is in the trash').waitFor();
  assert.equal(await page.getByRole('row', { name: /log\.txt/ }).count(), 0);
  assert.equal(await page.getByRole('button', { name: 'New folder' }).count(), 0);
  await page.getByRole('link', { name: 'Open the trash' }).click();
  await page.getByRole('listitem').filter({ hasText: 'Mission' }).getByRole('button', { name: 'Restore' }).waitFor();
});
