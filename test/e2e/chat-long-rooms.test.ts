/** A long room in a browser: where it opens, the way to its end and to any message, and pages of it that come late. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Page } from 'playwright-core';
import { say } from '../support/believable/chat.ts';
import { holdBack } from '../support/browser/held-back.ts';
import type { PersonOverHttp } from '../support/clients/person-over-http.ts';
import { setStage } from '../support/browser/stage.ts';

const stage = setStage();
const { skip } = stage;
const composer = (page: Page) => page.getByRole('textbox', { name: /^Write/ });

let signedUp: Promise<readonly [PersonOverHttp, PersonOverHttp]> | undefined;
const signUp = async () =>
  [await stage.signUp({ name: 'Ada Lovelace' }), await stage.signUp({ name: 'Grace Hopper' })] as const;

/** A public room of Ada’s in which Grace has said so much. */
async function roomOf(name: string, lines: number) {
  const [ada, grace] = await (signedUp ??= signUp());
  const { roomId } = await ada.ask<{ roomId: string }>('POST', '/chat/rooms', { name, kind: 'public' });
  for (let at = 1; at <= lines; at += 1) await say(grace, roomId, `line ${at}`);
  return { ada, roomId };
}

test(
  'a long room opens where it was read up to, leads to its end, and by a link to any message',
  { skip },
  async () => {
    const { ada, roomId } = await roomOf('long', 260);
    await ada.ask('POST', `/chat/rooms/${roomId}/read`, { sequence: 100 });
    await using watched = await stage.openAs(ada, `/chat/rooms/${roomId}`, { bypassCSP: true });
    const { page } = watched;
    const inSight = (text: string) => page.waitForFunction(`(${IN_SIGHT})(${JSON.stringify(text)})`);
    await inSight('New');
    await inSight('line 101');
    assert.ok((await page.getByRole('log').getByRole('article').count()) < 60, 'what is out of sight is not drawn');
    await page.getByRole('button', { name: /new messages$/ }).click();
    await inSight('line 260');
    await page.goto(`/chat/rooms/${roomId}/at/30`);
    await inSight('line 30');
    await page.locator('article[data-marked]').getByText('line 30', { exact: true }).waitFor();
    await page.getByRole('button', { name: /^Newest messages$|new messages?$/ }).click();
    await inSight('line 260');
  },
);

test('Up edits the last message of the room, wherever in it somebody reads', { skip }, async () => {
  const { ada, roomId } = await roomOf('up', 0);
  for (let at = 1; at <= 350; at += 1) await say(ada, roomId, `mine ${at}`);
  await using watched = await stage.openAs(ada, `/chat/rooms/${roomId}/at/30`, { bypassCSP: true });
  const { page } = watched;
  const inSight = (text: string) => page.waitForFunction(`(${IN_SIGHT})(${JSON.stringify(text)})`);
  await inSight('mine 30');
  await composer(page).press('ArrowUp');
  await inSight('mine 350');
  const editing = page.getByRole('textbox', { name: 'Edit your message' });
  assert.equal(await editing.count(), 0, 'not the last one that was in memory');
  await composer(page).and(page.locator(':focus')).waitFor();
  await page.keyboard.press('ArrowUp');
  assert.equal(await editing.inputValue(), 'mine 350');

  // An answer that comes late closes no other edit than its own.
  const saving = await holdBack(page, /\/messages\/\d+$/, 'POST');
  await editing.fill('mine, the last');
  await page.keyboard.press('Enter');
  await saving.asked;
  await page.keyboard.press('Escape');
  await composer(page).and(page.locator(':focus')).waitFor();
  await page.keyboard.press('ArrowUp');
  await editing.and(page.locator(':focus')).waitFor();
  saving.letGo();
  await page.getByRole('log').getByText('mine, the last', { exact: true }).waitFor();
  await editing.and(page.locator(':focus')).waitFor();
});

test('a page that is on its way from another part of a room keeps none of this one back', { skip }, async () => {
  const { ada, roomId } = await roomOf('two-parts', 260);
  await ada.ask('POST', `/chat/rooms/${roomId}/read`, { sequence: 260 });
  await using watched = await stage.openAs(ada, '/chat', { bypassCSP: true });
  const { page } = watched;
  // Who opens a room can write at once, and what was begun is not lost by a reload without a question.
  await page.getByRole('main').getByRole('link', { name: 'two-parts' }).click();
  await composer(page).and(page.locator(':focus')).waitFor();
  await page.keyboard.type('half a sent');
  // Not by a reload of the driver, which would wait for a page that does not come as long as for one that does.
  const question = page.waitForEvent('dialog');
  await page.evaluate('setTimeout(() => location.reload())');
  await (await question).dismiss();
  assert.equal(await composer(page).inputValue(), 'half a sent');
  await composer(page).fill('');
  const inSight = (text: string) => page.waitForFunction(`(${IN_SIGHT})(${JSON.stringify(text)})`);
  /** As somebody who scrolls until it comes: what was brought into sight a moment ago may still be moved to its place. */
  const toTopUntil = async (comes: Promise<unknown>): Promise<void> => {
    let isThere = false;
    const there = comes.finally(() => (isThere = true));
    there.catch(() => undefined);
    while (!isThere)
      await page.evaluate(`new Promise((drawn) => requestAnimationFrame(drawn)).then(() => { ${TO_TOP}; })`);
    await there;
  };
  const arrives = Promise.withResolvers<void>();
  await page.route(/messages\?before=161&/, async (route) => {
    await arrives.promise;
    await route.continue();
  });
  const asked = page.waitForRequest(/messages\?before=161&/);
  await page.goto(`/chat/rooms/${roomId}`);
  await inSight('line 260');
  await toTopUntil(asked);
  const wanted = page.waitForRequest(/messages\?before=81&/);
  await page.evaluate(`history.pushState(null, '', '/chat/rooms/${roomId}/at/120')`);
  await inSight('line 120');
  await toTopUntil(wanted);
  arrives.resolve();
  await page.waitForFunction(`(${TO_TOP}, (${IN_SIGHT})('line 1'))`);
});

/** Between two parts of a room there may be none for a moment. */
const TO_TOP = `(document.querySelector('[role=log]') ?? {}).scrollTop = 0`;

const IN_SIGHT = `(text) => [...document.querySelectorAll('[role=log] p')].some((each) => {
  const { top, bottom } = each.getBoundingClientRect();
  return each.textContent === text && top >= 0 && bottom <= innerHeight && each.checkVisibility({ visibilityProperty: true });
})`;
