/** A room in a browser: what it is called and who is in it, what is proposed while somebody writes, and what is read out. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
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
  await about.getByLabel('Name', { exact: true }).fill('cake-plans');
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
