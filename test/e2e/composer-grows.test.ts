/** Below the messages there comes to be less room, or what is written there is left for a while: nothing is lost by it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Page } from 'playwright-core';
import { say } from '../support/believable/chat.ts';
import { lineTo } from '../support/browser/line.ts';
import { localFiles } from '../support/browser/local-files.ts';
import { setStage } from '../support/browser/stage.ts';

const stage = setStage();
const { skip } = stage;
const composer = (page: Page) => page.getByRole('textbox', { name: /^Write/ });
const editing = (page: Page) => page.getByRole('textbox', { name: 'Edit your message' });
const inSight = (page: Page, text: string) => page.waitForFunction(`(${IN_SIGHT})(${JSON.stringify(text)})`);

let signedUp: ReturnType<typeof stage.signUp> | undefined;

/** A public room in which Ada has said so much, and has read it all. */
async function roomOf(name: string, lines: number) {
  const ada = await (signedUp ??= stage.signUp({ name: 'Ada Lovelace' }));
  const { roomId } = await ada.ask<{ roomId: string }>('POST', '/chat/rooms', { name, kind: 'public' });
  for (let at = 1; at <= lines; at += 1) await say(ada, roomId, `line ${at}`);
  return { ada, path: `/chat/rooms/${roomId}` };
}

test(
  'while the composer grows, whoever is at the end stays there, and whoever is not keeps the place',
  { skip },
  async () => {
    const { ada, path } = await roomOf('growing', 60);
    await using files = await localFiles({ 'plan.txt': Buffer.from('the plan'), 'map.txt': Buffer.from('the map') });
    await using watched = await stage.openAs(ada, path, { bypassCSP: true });
    const { page } = watched;
    await inSight(page, 'line 60');
    await composer(page).fill('and\n'.repeat(20));
    await inSight(page, 'line 60');
    await composer(page).fill('');
    await page.locator('input[type=file]').setInputFiles([files.path('plan.txt'), files.path('map.txt')]);
    await page.getByText('map.txt').waitFor();
    await inSight(page, 'line 60');
    for (const name of ['plan.txt', 'map.txt']) await page.getByRole('button', { name: new RegExp(name) }).click();
    await composer(page).press('ArrowUp');
    await editing(page).fill('or\n'.repeat(20));
    await inSight(page, 'line 60');
    await page.getByRole('button', { name: 'Cancel' }).click();

    await page.goto(`${path}/at/20`);
    await inSight(page, 'line 20');
    await page.evaluate('new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))');
    const before = await page.evaluate(TOP_OF_20);
    const height = await page.evaluate(HEIGHT);
    await composer(page).fill('and\n'.repeat(20));
    await page.waitForFunction(`${HEIGHT} < ${String(height)}`);
    assert.equal(await page.evaluate(TOP_OF_20), before);
  },
);

test('the word that the line is lost covers no message', { skip }, async () => {
  const { ada, path } = await roomOf('not-connected', 60);
  await using line = await lineTo(stage.origin());
  await using watched = await stage.openAs(ada, path, { origin: line.origin, bypassCSP: true });
  watched.allowTrouble(/WebSocket connection|ERR_|request failed/);
  const { page } = watched;
  await inSight(page, 'line 60');
  line.cut();
  await page.getByText('Not connected.').waitFor();
  await inSight(page, 'line 60');
});

test('an edit that was begun is there again, until it is saved or given up', { skip }, async () => {
  const { ada, path } = await roomOf('half-edited', 2);
  await roomOf('elsewhere', 1);
  await using watched = await stage.openAs(ada, path, { bypassCSP: true });
  const { page } = watched;
  const goAndComeBack = async (): Promise<void> => {
    for (const room of ['elsewhere', 'half-edited']) {
      await page.getByRole('navigation').getByRole('link', { name: room }).click();
      await page.getByRole('textbox', { name: `Write in #${room}` }).waitFor();
    }
  };
  const edit = async (): Promise<string> => {
    await composer(page).press('ArrowUp');
    return await editing(page).inputValue();
  };
  await inSight(page, 'line 2');
  assert.equal(await edit(), 'line 2');
  await editing(page).fill('line 2, half');
  await goAndComeBack();
  assert.equal(await edit(), 'line 2, half');
  const question = page.waitForEvent('dialog');
  await page.evaluate('setTimeout(() => location.reload())');
  await (await question).dismiss();

  await page.getByRole('button', { name: 'Cancel' }).click();
  assert.equal(await edit(), 'line 2', 'given up');
  // What is saved is not letter by letter what was typed.
  await editing(page).fill('line 2, whole :tada: ');
  await goAndComeBack();
  await edit();
  await page.getByRole('button', { name: 'Save' }).click();
  await inSight(page, 'line 2, whole 🎉');
  await goAndComeBack();
  assert.equal(await edit(), 'line 2, whole 🎉', 'as it was saved');
});

const HEIGHT = `document.querySelector('[role=log]')?.clientHeight`;
const TOP_OF_20 = `[...document.querySelectorAll('[role=log] p')].find((each) => each.textContent === 'line 20')?.getBoundingClientRect().top`;

/** Whole, and above what is written in. */
const IN_SIGHT = `(text) => [...document.querySelectorAll('[role=log] p')].some((each) => {
  const { top, bottom } = each.getBoundingClientRect();
  const log = each.closest('[role=log]').getBoundingClientRect();
  return each.textContent === text && top >= log.top && bottom <= log.bottom && each.checkVisibility({ visibilityProperty: true });
})`;
