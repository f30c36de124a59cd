/**
 * A room in a browser: what it is called and who is in it, what is proposed while somebody writes, what is read out, and whom
 * somebody ignores.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertAccessible } from '../support/browser/accessibility.ts';
import { generalRoom, handleOf, say } from '../support/believable/chat.ts';
import { holdBack } from '../support/browser/held-back.ts';
import { setStage } from '../support/browser/stage.ts';

const stage = setStage();
const { skip } = stage;

test('a room is named anew and given a topic; somebody is added, and decides there as well', { skip }, async () => {
  const ada = await stage.signUp({ name: 'Ada Lovelace' });
  const grace = await stage.signUp({ name: 'Grace Hopper' });
  const handle = await handleOf(grace);
  const { roomId } = await ada.ask<{ roomId: string }>('POST', '/chat/rooms', { name: 'plans', kind: 'private' });
  await using watched = await stage.openAs(ada, `/chat/rooms/${roomId}`);
  const { page } = watched;
  await page.getByRole('button', { name: 'About this room' }).click();
  const about = page.getByRole('dialog', { name: '#plans' });
  await about.getByLabel('Name', { exact: true }).fill('#cake-plans');
  // What is typed while the answer is on its way stays, and so does the focus.
  const renaming = await holdBack(page, new RegExp(`/chat/rooms/${roomId}$`), 'POST');
  await page.keyboard.press('Enter');
  await renaming.asked;
  await about.getByLabel('Topic').fill('Which cake, and when');
  renaming.letGo();
  const renamed = page.getByRole('dialog', { name: '#cake-plans' });
  await renamed.waitFor();
  await renamed.getByLabel('Topic').and(page.locator(':focus')).waitFor();
  await page.keyboard.press('Enter');
  await renamed.getByRole('button', { name: 'Save', exact: true }).waitFor({ state: 'detached' });
  await renamed.getByLabel('Add somebody').fill(`@${handle}`);
  await renamed.getByRole('button', { name: 'Add', exact: true }).click();
  await renamed.getByLabel('Role of Grace Hopper').selectOption('Moderator');
  await page.keyboard.press('Escape');
  await page.getByRole('heading', { name: 'cake-plans' }).waitFor();
  await page.getByText('Which cake, and when').waitFor();

  const role = async () => (await grace.ask<{ role: string }>('GET', `/chat/rooms/${roomId}`)).role;
  while ((await role()) !== 'moderator') await page.waitForTimeout(20);
  await page.getByRole('button', { name: 'About this room' }).click();
  await renamed.getByRole('button', { name: 'Remove Grace Hopper' }).click();
  await page.getByText('Grace Hopper is removed.').waitFor();
  await assert.rejects(role(), /404/);

  const generalId = await generalRoom(ada);
  await page.goto(`/chat/rooms/${generalId}`);
  const composer = page.getByRole('textbox', { name: /^Write/ });
  // People, emoji by name and by choice: chosen by keys, sent as they stand.
  await composer.pressSequentially('to @gra');
  await page.getByRole('option', { name: `@${handle}` }).waitFor();
  await page.keyboard.press('Enter');
  await composer.pressSequentially(':cak');
  await page.getByRole('option', { name: /:cake:/ }).waitFor();
  await page.keyboard.press('Tab');
  await page.getByRole('button', { name: 'Emoji', exact: true }).click();
  await page.getByRole('button', { name: 'tada', exact: true }).click();
  await composer.and(page.locator(':focus')).waitFor();
  assert.equal(await composer.inputValue(), `to @${handle} 🍰 🎉`);

  // What is not sent yet waits while somebody looks elsewhere.
  const rooms = page.getByRole('navigation', { name: 'Main' });
  await rooms.getByRole('link', { name: /cake-plans/ }).click();
  await page.getByRole('heading', { name: 'cake-plans' }).waitFor();
  assert.equal(await composer.inputValue(), '');
  await rooms.getByRole('link', { name: /general/ }).click();
  await page.getByRole('heading', { name: 'general' }).waitFor();
  assert.equal(await composer.inputValue(), `to @${handle} 🍰 🎉`);
  await composer.and(page.locator(':focus')).waitFor();
  await page.keyboard.press('Enter');
  await page.getByRole('log').getByText('🍰 🎉').waitFor();

  // What others say is read out, each by itself, and nobody is moved there.
  await say(grace, generalId, 'with cherries');
  await page.locator('[aria-live=polite] p', { hasText: `${handle}: with cherries` }).waitFor({ state: 'attached' });
  assert.equal(await composer.inputValue(), '');
  await composer.and(page.locator(':focus')).waitFor();
});

test('who is ignored is listed with a way back, and what cannot be taken back is asked first', { skip }, async () => {
  const [alan, joan] = [await stage.signUp({ name: 'Alan Turing' }), await stage.signUp({ name: 'Joan Clarke' })];
  const room = async (name: string, kind: string) =>
    (await alan.ask<{ roomId: string }>('POST', '/chat/rooms', { name, kind })).roomId;
  const [roomId, closedId] = [await room('asked', 'public'), await room('asked-closed', 'private')];
  await alan.ask('POST', `/chat/rooms/${closedId}/members`, { handle: await handleOf(joan), role: 'owner' });
  await say(joan, roomId, 'left out soon');
  await using watched = await stage.openAs(alan, `/chat/rooms/${roomId}`, { bypassCSP: true });
  const { page } = watched;
  const said = (text: string) => page.getByRole('log').getByText(text, { exact: true });
  await said('left out soon').hover();
  await page.getByRole('button', { name: /^What to do with the message of/ }).click();
  await page.getByRole('menuitem', { name: /^Ignore/ }).click();
  await said('left out soon').waitFor({ state: 'detached' });
  await page.getByRole('button', { name: /^Show 1 message of .* all the same$/ }).click();
  await said('left out soon').waitFor();
  await page.goto('/chat/search#for=left+out+soon');
  const found = page.getByRole('list', { name: 'Found messages' });
  await found.getByText('1 message of').waitFor();
  assert.equal(await found.getByText('left out soon').count(), 0);
  await page.goto('/chat');
  await page.getByRole('list', { name: 'People you ignore' }).getByText('Joan Clarke').waitFor();
  await assertAccessible(page, 'people who are ignored');
  await page.getByRole('button', { name: 'Stop ignoring Joan Clarke' }).click();
  await page.getByText('People you ignore').waitFor({ state: 'detached' });
  // A word counts that is written before those that there are have come.
  const words = await holdBack(page, /\/chat\/preferences$/, 'GET');
  await page.goto('/settings/notices');
  await page.getByRole('textbox', { name: 'Another word' }).fill('Launch');
  await page.keyboard.press('Enter');
  words.letGo();
  await page.getByRole('listitem').getByText('launch', { exact: true }).waitFor();
  await assertAccessible(page, 'words that are watched for');
  await page.getByRole('button', { name: 'Take off “launch”' }).click();
  await page.getByRole('listitem').getByText('launch', { exact: true }).waitFor({ state: 'detached' });
  await page.goto(`/chat/rooms/${roomId}?panel=about`);
  await said('left out soon').waitFor();
  const [saved] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('link', { name: 'Export', exact: true }).click(),
  ]);
  assert.equal(saved.suggestedFilename(), 'asked.jsonl');

  const days = page.getByRole('textbox', { name: 'Remove messages after so many days' });
  const asked = page.getByRole('dialog', { name: 'Remove what is older than 30 days' });
  const kept = async () =>
    (await alan.ask<{ retentionDays: number | null }>('GET', `/chat/rooms/${roomId}`)).retentionDays;
  await days.fill('30');
  await page.keyboard.press('Enter');
  await asked.getByText('Nothing that was said here is that old yet.').waitFor();
  await asked.getByRole('button', { name: 'Cancel' }).click();
  await asked.waitFor({ state: 'detached' });
  assert.equal(await kept(), null);
  await days.press('Enter');
  await asked.getByRole('button', { name: 'Remove for good' }).click();
  await page.getByText('Messages are removed for good after 30 days.').waitFor();
  assert.equal(await kept(), 30);
  await page.getByRole('button', { name: 'Archive', exact: true }).click();
  await page.getByRole('button', { name: 'Bring back' }).waitFor();
  await page.getByRole('region', { name: 'What was just done' }).getByRole('button', { name: 'Undo' }).click();
  await page.getByRole('button', { name: 'Archive', exact: true }).waitFor();

  await page.goto(`/chat/rooms/${closedId}?panel=about`);
  await page.getByRole('button', { name: 'Leave the room' }).click();
  const leaving = page.getByRole('dialog', { name: 'Leave #asked-closed' });
  await leaving.getByText(/You cannot come back by yourself/).waitFor();
  await leaving.getByRole('button', { name: 'Leave the room' }).click();
  await page.waitForURL('**/chat');
});
