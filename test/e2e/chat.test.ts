/** People talk: in browsers and on the line; the connection goes and comes back, and browsers miss and repeat nothing. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Page } from 'playwright-core';
import { assertAccessible } from '../support/browser/accessibility.ts';
import { generalRoom, handleOf, say } from '../support/believable/chat.ts';
import { type Line, lineTo } from '../support/browser/line.ts';
import type { PersonOverHttp } from '../support/clients/person-over-http.ts';
import { setStage } from '../support/browser/stage.ts';
import type { WatchedPage } from '../support/browser/watched-page.ts';
import { untilWhole } from '../support/browser/whole-page.ts';
import { connectLine } from '../support/chat-line/client.ts';
import { freePort } from '../support/servers/process.ts';

const linePort = await freePort();
/** So few that a longer absence leaves a gap. */
const RESUMED = 30;
const stage = setStage({
  HOLDFAST_CHAT_LINE_PORT: String(linePort),
  HOLDFAST_CHAT_RESUME_EVENTS: String(RESUMED),
});
const { skip } = stage;
/** High enough that everything of a short conversation is drawn. */
const TALL = { viewport: { width: 1200, height: 2400 } };
const BROKEN = /ERR_CONNECTION|ERR_SOCKET_NOT_CONNECTED|ERR_EMPTY_RESPONSE|WebSocket connection/;

const people = (() => {
  let made: Promise<{ ada: PersonOverHttp; grace: PersonOverHttp; generalId: string }> | undefined;
  const make = async () => {
    const ada = await stage.signUp({ name: 'Ada Lovelace' });
    const grace = await stage.signUp({ name: 'Grace Hopper' });
    return { ada, grace, generalId: await generalRoom(ada) };
  };
  return async () => await (made ??= make());
})();

const log = (page: Page) => page.getByRole('log');
const composer = (page: Page) => page.getByRole('textbox', { name: /^Write/ });
const said = (page: Page, text: string) => log(page).getByText(text, { exact: true });

async function write(page: Page, text: string): Promise<void> {
  await composer(page).fill(text);
  await page.keyboard.press('Enter');
}

/** What stands in the log, in its order. */
async function drawn(page: Page): Promise<string[]> {
  return (await page.evaluate(
    `[...document.querySelectorAll('[role=log] article')]
      .toSorted((a, b) => a.getBoundingClientRect().top - b.getBoundingClientRect().top)
      .map((each) => each.querySelector('[dir=auto]')?.textContent ?? '')`,
  )) as string[];
}

async function kept(person: PersonOverHttp, roomId: string): Promise<string[]> {
  const path = `/chat/rooms/${roomId}/messages?limit=200`;
  const { messages } = await person.ask<{ messages: { text: string | null }[] }>('GET', path);
  return messages.map(({ text }) => text ?? '');
}

/** As somebody who sees that there is no connection; it may come back by itself before the button is pressed. */
async function tryNow(page: Page): Promise<void> {
  const note = page.getByText('Not connected.');
  const pressed = page.getByRole('button', { name: 'Try now' }).click();
  await Promise.race([pressed, note.waitFor({ state: 'detached' })]);
}

async function openRoom(person: PersonOverHttp, roomId: string, line: Line): Promise<WatchedPage> {
  const watched = await stage.openAs(person, `/chat/rooms/${roomId}`, { origin: line.origin, ...TALL });
  await composer(watched.page).waitFor();
  return watched;
}

test(
  'two people in browsers and one on the line talk, lose the connection, come back, and miss and repeat nothing',
  { skip },
  async () => {
    const { ada, grace, generalId } = await people();
    await using adaLine = await lineTo(stage.origin());
    await using graceLine = await lineTo(stage.origin());
    await using adas = await openRoom(ada, generalId, adaLine);
    await using graces = await openRoom(grace, generalId, graceLine);
    adas.allowTrouble(BROKEN);
    await using lo = await connectLine({ port: linePort });
    await lo.hears('NICKNAME');
    lo.say('LO');
    await lo.hears('Connected to server!\n');

    await write(adas.page, 'Good morning :wave:');
    await said(graces.page, 'Good morning 👋').waitFor();
    await lo.hears(`${await handleOf(ada)}: Good morning 👋\n`);
    lo.say('hello from the line');
    for (const { page } of [adas, graces]) await said(page, 'hello from the line').waitFor();
    await adas.page.getByText('visitor').first().waitFor();

    adaLine.cut();
    await adas.page.getByText('Not connected. What you write is sent when the line is back.').waitFor();
    await write(adas.page, 'written without a line');
    await write(adas.page, 'and a second one');
    await said(adas.page, 'and a second one').waitFor();
    for (const text of ['while you', 'were', 'away']) {
      await write(graces.page, text);
      lo.say(`${text}, by line`);
      await said(graces.page, `${text}, by line`).waitFor();
    }
    assert.equal(await said(adas.page, 'away').count(), 0);
    adaLine.mend();
    await tryNow(adas.page);
    await said(adas.page, 'away, by line').waitFor();
    await said(graces.page, 'and a second one').waitFor();
    await lo.hears('and a second one\n');
    await adas.page.getByText('Not connected.').waitFor({ state: 'detached' });
    for (const { page } of [adas, graces]) {
      // What is on its way stands at the end, whatever its place will be.
      await log(page).getByLabel('not sent yet').first().waitFor({ state: 'detached' });
      await said(page, 'and a second one').waitFor();
    }

    const all = await kept(ada, generalId);
    assert.equal(new Set(all).size, all.length, 'nothing was said twice');
    assert.equal(all.length, 10);
    assert.deepEqual(await drawn(adas.page), all, 'she who was away sees all of it, in order');
    assert.deepEqual(await drawn(graces.page), all);
    for (const text of all) {
      assert.equal(lo.heard().split(`: ${text}\n`).length, 2, `the line heard “${text}” once`);
    }
  },
);

test(
  'the server is killed; two people in browsers miss and repeat nothing, one on the line is back',
  { skip },
  async () => {
    const { ada, grace, generalId } = await people();
    const options = { ...TALL, bypassCSP: true };
    await using adas = await stage.openAs(ada, `/chat/rooms/${generalId}`, options);
    await using graces = await stage.openAs(grace, `/chat/rooms/${generalId}`, options);
    const both = [adas, graces];
    for (const watched of both) {
      watched.allowTrouble(BROKEN);
      await untilWhole(watched);
    }
    const join = async () => {
      const line = await connectLine({ port: linePort });
      await line.hears('NICKNAME');
      line.say('ROSALIND');
      await line.hears('Connected to server!\n');
      return line;
    };
    await using before = await join();
    await composer(adas.page).waitFor();
    await write(adas.page, 'before the power went');
    await before.hears('before the power went\n');
    before.say('seen by all');
    for (const { page } of both) await said(page, 'seen by all').waitFor();

    // One is written in that moment, one after it was noticed.
    await composer(graces.page).fill('in that moment');
    // Looked for from before and in every frame: the server may be back, and the page with it, half a second later.
    const noticed = adas.page.waitForFunction(
      `document.body.innerText.includes('Not connected. What you write is sent')`,
    );
    const back = stage.server().killAndServeAgain();
    await graces.page.keyboard.press('Enter');
    await noticed;
    await write(adas.page, 'into the dark');
    await before.ended;
    await back;
    for (const { page } of both) {
      await page.evaluate('dispatchEvent(new Event("online"))');
      await said(page, 'into the dark').waitFor();
      await said(page, 'in that moment').waitFor();
      await page.getByText('Not connected.').waitFor({ state: 'detached' });
      await page.getByRole('article', { name: 'not sent yet' }).waitFor({ state: 'detached' });
    }
    // What is said while a client of the line is away is in the history, not on the line: see docs/chat-line.md.
    await using after = await join();
    after.say('back on the line');
    for (const { page } of both) await said(page, 'back on the line').waitFor();
    await write(graces.page, 'all of us');
    await after.hears('all of us\n');
    await said(adas.page, 'all of us').waitFor();

    const texts = await kept(ada, generalId);
    const all = texts.slice(texts.indexOf('before the power went'));
    const unordered = ['in that moment', 'into the dark'];
    assert.deepEqual(all.slice(0, 2), ['before the power went', 'seen by all']);
    assert.deepEqual(all.slice(2, 4).toSorted(), unordered);
    assert.deepEqual(all.slice(4), ['back on the line', 'all of us']);
    for (const { page } of both) assert.deepEqual((await drawn(page)).slice(-all.length), all);
    await assertAccessible(adas.page, 'a room after the server came back');
  },
);

test('who was away for long sees where messages are missing, and loads them there', { skip }, async () => {
  const { ada, grace } = await people();
  const { roomId } = await ada.ask<{ roomId: string }>('POST', '/chat/rooms', { name: 'long-absence', kind: 'public' });
  await say(grace, roomId, 'before');
  await using line = await lineTo(stage.origin());
  await using watched = await openRoom(ada, roomId, line);
  watched.allowTrouble(BROKEN);
  const { page } = watched;
  await said(page, 'before').waitFor();
  line.cut();
  await page.getByText('Not connected.').waitFor();
  for (let at = 1; at <= 60; at += 1) await say(grace, roomId, `missed ${at}`);
  line.mend();
  await tryNow(page);
  await page.getByText('Up to 10 messages not loaded').waitFor();
  await said(page, 'missed 60').waitFor();
  assert.equal(await said(page, 'missed 5').count(), 0);
  await page.getByRole('button', { name: 'Load', exact: true }).click();
  await page.getByText('not loaded').waitFor({ state: 'detached' });
  await log(page).press('Home');
  await said(page, 'missed 5').waitFor();
  const all = await kept(ada, roomId);
  const shown = await drawn(page);
  assert.deepEqual(shown, all.slice(all.indexOf(shown[0] ?? ''), all.indexOf(shown.at(-1) ?? '') + 1));
});

test('by keyboard alone: edit, reply in a thread, react, remove and take it back', { skip }, async () => {
  const { ada, grace } = await people();
  const { roomId } = await ada.ask<{ roomId: string }>('POST', '/chat/rooms', { name: 'keys', kind: 'public' });
  const sequence = await say(grace, roomId, 'a question');
  await using watched = await stage.openAs(ada, `/chat/rooms/${roomId}`, TALL);
  const { page } = watched;
  await said(page, 'a question').waitFor();
  await composer(page).focus();
  await page.keyboard.type('an anwser');
  await page.keyboard.press('Enter');
  await said(page, 'an anwser').waitFor();
  await page.getByRole('article', { name: 'not sent yet' }).waitFor({ state: 'detached' });
  // Frames that come before the page is drawn again, as on a busy machine: the focus goes on all the same.
  await page.evaluate('window.requestAnimationFrame = (run) => (run(performance.now()), 0)');
  await page.keyboard.press('ArrowUp');
  const editing = page.getByRole('textbox', { name: 'Edit your message' });
  await editing.and(page.locator(':focus')).waitFor();
  await editing.fill('an answer');
  await page.keyboard.press('Enter');
  await said(page, 'an answer').waitFor();
  await page.getByText('edited', { exact: true }).waitFor();

  await composer(page).and(page.locator(':focus')).waitFor();
  await log(page).focus();
  await page.keyboard.press('ArrowUp');
  await page.keyboard.press('ArrowUp');
  const focused = page.locator('article:focus');
  await focused.getByText('a question').waitFor();
  await page.keyboard.press('+');
  await page.getByRole('button', { name: '👍, 1', pressed: true }).waitFor();
  await page.keyboard.press('r');
  const thread = page.getByRole('dialog', { name: 'Thread' });
  await thread.getByRole('textbox', { name: 'Reply in the thread' }).fill('a reply');
  await page.keyboard.press('Enter');
  await thread.getByRole('article').getByText('a reply', { exact: true }).waitFor();
  await page.waitForURL(`**/chat/rooms/${roomId}?thread=${sequence}`);
  await thread.getByRole('article', { name: 'not sent yet' }).waitFor({ state: 'detached' });
  // It is fetched once it is sent.
  await thread.getByRole('article').getByText('a reply', { exact: true }).waitFor();
  // The same keys in the thread, and what is edited there is edited there.
  await page.keyboard.press('ArrowUp');
  await thread.getByRole('textbox', { name: 'Edit your message' }).and(page.locator(':focus')).waitFor();
  await page.keyboard.press('Escape');
  await thread.getByRole('textbox', { name: 'Reply in the thread' }).and(page.locator(':focus')).waitFor();
  await thread.getByRole('log').focus();
  await page.keyboard.press('ArrowUp');
  await thread.locator('article:focus').getByText('a reply').waitFor();
  await page.keyboard.press('+');
  await thread.getByRole('button', { name: '👍, 1', pressed: true }).nth(1).waitFor();
  await page.keyboard.press('e');
  await thread.getByRole('textbox', { name: 'Edit your message' }).fill('a better reply');
  await page.keyboard.press('Enter');
  await thread.getByRole('article').getByText('a better reply', { exact: true }).waitFor();
  await thread.getByRole('log').focus();
  await page.keyboard.press('ArrowUp');
  await page.keyboard.press('ArrowUp');
  await thread.locator('article:focus').getByText('a question').waitFor();
  // Loaded when they are first asked for: the thread stays meanwhile, and so does the focus in it.
  await page.keyboard.press('?');
  await page.getByRole('dialog', { name: 'Keys' }).waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('dialog', { name: 'Keys' }).waitFor({ state: 'detached' });
  await thread.locator('article:focus').getByText('a question').waitFor();
  await page.keyboard.press('r');
  await thread.getByRole('textbox', { name: 'Reply in the thread' }).and(page.locator(':focus')).waitFor();
  await page.keyboard.press('Escape');
  await thread.waitFor({ state: 'detached' });

  await said(page, 'a better reply').waitFor();
  await log(page).focus();
  await page.keyboard.press('ArrowUp');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowDown');
  await focused.getByText('a better reply').waitFor();
  await page.keyboard.press('Delete');
  await said(page, 'a better reply').waitFor({ state: 'detached' });
  await page.getByRole('button', { name: 'Undo' }).click();
  await said(page, 'a better reply').waitFor();
  assert.deepEqual(await kept(ada, roomId), ['a question', 'an answer', 'a better reply']);
});

test(
  'a line with a slash is a command: proposed, answered to its author alone, kept when it is refused',
  { skip },
  async () => {
    const { ada } = await people();
    const { roomId } = await ada.ask<{ roomId: string }>('POST', '/chat/rooms', { name: 'slashes', kind: 'public' });
    await using watched = await stage.openAs(ada, `/chat/rooms/${roomId}`, { ...TALL, bypassCSP: true });
    watched.expectTrouble(/status of 4(04|22)/);
    const { page } = watched;
    await composer(page).fill('/to');
    await page.getByRole('option', { name: /^\/topic/ }).waitFor();
    await page.keyboard.press('Enter');
    await page.keyboard.type('Cake');
    await page.keyboard.press('Enter');
    await page.getByRole('status').getByText('Cake').waitFor();
    await page.getByRole('heading', { name: 'slashes' }).locator('..').getByText('Cake').waitFor();
    await composer(page).and(page.locator(':focus:placeholder-shown')).waitFor();
    await write(page, '/help ');
    await page.getByRole('status').getByText('/topic [TEXT]').waitFor();
    await assertAccessible(page, 'the answer of a command');

    await write(page, '/msg nobody-of-that-name a secret');
    await page.getByRole('alert').getByText('Could not run “/msg”').waitFor();
    assert.equal(await composer(page).inputValue(), '/msg nobody-of-that-name a secret');
    await write(page, '//srv is a folder');
    await said(page, '/srv is a folder').waitFor();
    await page.getByRole('article', { name: 'not sent yet' }).waitFor({ state: 'detached' });
    assert.deepEqual(await kept(ada, roomId), ['/srv is a folder']);

    await write(page, '/join #general');
    await page.getByRole('heading', { name: 'general' }).waitFor();
    assert.equal(await composer(page).inputValue(), '');
  },
);
