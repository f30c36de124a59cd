/** Alerts, moderation and bots in the browser: what admins and moderators do, and what everybody else sees of it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Page } from 'playwright-core';
import { assertAccessible } from '../support/browser/accessibility.ts';
import { generalRoom, handleOf, say } from '../support/believable/chat.ts';
import { bucketFinding, look } from '../support/clients/guard-over-http.ts';
import type { PersonOverHttp } from '../support/clients/person-over-http.ts';
import { shownText } from '../support/browser/shown-text.ts';
import { setStage } from '../support/browser/stage.ts';

const stage = setStage({ HOLDFAST_NOTICE_POLL_MS: '50' });
const { skip } = stage;
/** axe is a foreign script. */
const OPEN = { bypassCSP: true, viewport: { width: 1200, height: 1000 } };

/** The first is the admin. */
const people = (() => {
  let made: Promise<Record<'ada' | 'grace' | 'edsger', PersonOverHttp>> | undefined;
  const make = async () => {
    const ada = await stage.signUp({ name: 'Ada Lovelace' });
    const grace = await stage.signUp({ name: 'Grace Hopper' });
    return { ada, grace, edsger: await stage.signUp({ name: 'Edsger Dijkstra' }) };
  };
  return async () => await (made ??= make());
})();

const drawer = (page: Page, title: string) => page.getByRole('dialog', { name: title });
const log = (page: Page) => page.getByRole('log');
const message = (page: Page, text: string) => log(page).getByRole('article').filter({ hasText: text });
const said = (page: Page) => page.getByRole('region', { name: 'What was just done' });

async function choose(page: Page, text: string, item: string): Promise<void> {
  await message(page, text).hover();
  await message(page, text)
    .getByRole('button', { name: /^What to do with/ })
    .click();
  await page.getByRole('menuitem', { name: item }).click();
}

async function inRoomMenu(page: Page, item: string): Promise<void> {
  await page.getByRole('button', { name: 'What to do in this room' }).click();
  await page.getByRole('menuitem', { name: item }).click();
}

/** Fills the dialog that asks why, and presses its button. */
async function because(page: Page, title: string, label: string, reason: string, act: string): Promise<void> {
  const dialog = page.getByRole('dialog', { name: title });
  await dialog.getByLabel(label).fill(reason);
  await dialog.getByRole('button', { name: act, exact: true }).click();
  await dialog.waitFor({ state: 'detached' });
}

test('the first finding opens #alerts, admins decide there, and everybody sees it at once', { skip }, async () => {
  const { ada, grace } = await people();
  await using adas = await stage.openAs(ada, '/chat', OPEN);
  const { page } = adas;
  const open = (bucket: string, severity: 'high' | 'critical') =>
    bucketFinding(bucket, { check: 'bucket-public-read', title: `Anybody can read ${bucket}`, severity });
  // #alerts may be made before this page hears of rooms, or after: it is there either way.
  await page.reload();
  await look(ada, [open('photos', 'high'), open('payroll', 'critical')]);
  await page
    .getByRole('main')
    .getByRole('link', { name: /alerts/ })
    .click();
  const alert = message(page, 'Guards found 2 things');
  await alert.getByText('Critical', { exact: true }).waitFor();
  assert.deepEqual(
    (await alert.getByRole('listitem').allInnerTexts()).map((text) => text.split('\n')[0]),
    ['Anybody can read payroll critical', 'Anybody can read photos high'],
    'the worst first',
  );
  await assertAccessible(page, 'an alert');

  await ada.ask('POST', '/admin/settings', { name: 'alerts-room', value: 'members' });
  await using graces = await stage.openAs(grace, new URL(page.url()).pathname, OPEN);
  const hers = message(graces.page, 'Guards found 2 things');
  await hers.getByRole('link', { name: 'Open Anybody can read photos' }).waitFor();
  const decisions = /^(Acknowledge|Accept)/;
  assert.equal(
    await hers.getByRole('button', { name: decisions }).count(),
    0,
    'no member is offered what admins decide',
  );
  assert.equal(await alert.getByRole('button', { name: decisions }).count(), 3);

  await alert.getByRole('button', { name: 'Acknowledge' }).click();
  const handle = await handleOf(ada);
  for (const each of [alert, hers]) await each.getByText(`Acknowledged by @${handle}`).waitFor();
  await alert.getByRole('button', { name: 'Accept Anybody can read photos' }).click();
  await because(page, 'Accept the finding', 'Why', 'It is our website', 'Accept');
  for (const each of [alert, hers]) await each.getByText(`Accepted by @${handle}`).waitFor();
  await alert.getByRole('link', { name: 'Open Anybody can read photos' }).click();
  await page.getByText('It is our website').first().waitFor();
});

test(
  'what is reported reaches the moderators, who hide, mute, lift and restore, each with a reason',
  { skip },
  async () => {
    const { ada, grace, edsger } = await people();
    const generalId = await generalRoom(ada);
    const him = await handleOf(edsger);
    await say(edsger, generalId, 'Something that hurts');
    await using adas = await stage.openAs(ada, `/chat/rooms/${generalId}`, OPEN);
    await using graces = await stage.openAs(grace, `/chat/rooms/${generalId}`, OPEN);
    const { page } = adas;
    await message(page, 'Something that hurts').waitFor();

    await choose(graces.page, 'Something that hurts', 'Report…');
    await because(graces.page, 'Report the message', 'What is wrong with it', 'It is about me', 'Report it');
    await page.getByRole('button', { name: '1 report' }).click();
    const panel = drawer(page, 'Moderation');
    await panel.getByText('It is about me').waitFor();
    await panel.getByLabel('The reporter’s copy').getByText('Something that hurts').waitFor();
    await assertAccessible(page, 'the reports of a room');
    await panel.getByRole('button', { name: 'Hide the message…' }).click();
    await because(page, 'Hide the message', 'Why', 'Not among us', 'Hide it');
    await log(graces.page).getByText('A moderator has hidden this message.').waitFor();
    assert.equal(await message(graces.page, 'Not among us').count(), 0, 'why is for moderators and its author');
    await panel.getByRole('button', { name: 'Close as acted on…' }).click();
    await because(page, 'Close the report', 'What became of it', 'Hidden', 'Close it');
    await panel.getByText('No open report').waitFor();

    await panel.getByRole('link', { name: 'People' }).click();
    await panel.getByRole('button', { name: 'Mute, ban or kick somebody…' }).click();
    await page.getByLabel('Whom').fill(`@${him}`);
    await because(page, 'Mute, ban or kick somebody', 'Why', 'A break', 'Mute');
    await panel.getByText('is muted until').waitFor();
    await assertAccessible(page, 'who is muted in a room');
    await assert.rejects(say(edsger, generalId, 'But'), /chat_muted/);
    await panel.getByRole('button', { name: `Lift what holds for ${him}` }).click();
    await because(page, 'Let somebody write again', 'Why', 'We talked', 'Lift the mute');
    await panel.getByText('Nobody is muted or banned').waitFor();

    await panel.getByRole('link', { name: 'Rules' }).click();
    await panel.getByLabel('Blur').check();
    await panel.getByLabel('Words of this room').fill('gadget');
    await panel.getByRole('textbox', { name: 'Try a text' }).fill('Buy this GADGET now');
    await panel.getByRole('button', { name: 'Try it' }).click();
    await panel.getByText('Found: GADGET').waitFor();
    await assertAccessible(page, 'the rules of a room');
    await panel.getByLabel('Why').fill('Advertising');
    await panel.getByRole('button', { name: 'Save the rules' }).click();
    await said(page).getByText('The rules are changed.').waitFor();
    await say(edsger, generalId, 'A gadget for everybody');
    await graces.page.getByText('Blurred by the rules of this room, for 1 word.').waitFor();
    await graces.page.getByRole('button', { name: 'Show it' }).press('Enter');
    await graces.page.locator('article:focus').getByText('A gadget for everybody').waitFor();

    await panel.getByRole('link', { name: 'Log' }).click();
    for (const reason of ['Not among us', 'A break', 'We talked', 'Advertising', 'Hidden']) {
      await panel.getByText(reason, { exact: true }).waitFor();
    }
    await assertAccessible(page, 'the log of a room');
    await page.keyboard.press('Escape');
    const hidden = message(page, 'Hidden by');
    await hidden.getByText('Not among us').waitFor();
    await hidden.getByRole('button', { name: 'Show the text' }).click();
    await hidden.getByText('Something that hurts').waitFor();
    await hidden.getByRole('button', { name: 'Restore…' }).click();
    await because(page, 'Restore the message', 'Why', 'It was a quotation', 'Restore it');
    await message(graces.page, 'Something that hurts').waitFor();

    await using his = await stage.openAs(edsger, '/chat/decisions', OPEN);
    await his.page.getByText('It was a quotation').waitFor();
    await his.page.getByText('You were muted until').waitFor();
    assert.equal(await his.page.getByText(await handleOf(ada)).count(), 0, 'not by whom');
  },
);

test('a report from a conversation goes to the admins, and opens nothing else', { skip }, async () => {
  const { ada, grace, edsger } = await people();
  const conversation = { handles: [await handleOf(edsger)] };
  const { roomId } = await grace.ask<{ roomId: string }>('POST', '/chat/conversations', conversation);
  await say(edsger, roomId, 'Between us only');
  await say(edsger, roomId, 'Something rude');
  await using graces = await stage.openAs(grace, `/chat/rooms/${roomId}`, OPEN);
  await choose(graces.page, 'Something rude', 'Report…');
  await because(graces.page, 'Report the message', 'What is wrong with it', 'He goes on', 'Report it');
  await using adas = await stage.openAs(ada, '/chat/reports', OPEN);
  await adas.page.getByLabel('The reporter’s copy').getByText('Something rude').waitFor();
  assert.equal(await adas.page.getByText('Between us only').count(), 0);
  await assertAccessible(adas.page, 'the reports to the admins');
});

test('a bot is made with a token that is shown once, speaks by its webhook, and is removed', { skip }, async () => {
  const { ada } = await people();
  const { roomId } = await ada.ask<{ roomId: string }>('POST', '/chat/rooms', { name: 'machines', kind: 'public' });
  await using adas = await stage.openAs(ada, `/chat/rooms/${roomId}`, OPEN);
  const { page } = adas;
  await inRoomMenu(page, 'Bots and webhooks');
  const panel = drawer(page, 'Bots and webhooks');
  await panel.getByText('No bot is in this room').waitFor();
  await panel.getByRole('button', { name: 'Make a bot' }).click();
  const making = page.getByRole('dialog', { name: 'Make a bot' });
  await making.getByLabel('What it is called').waitFor();
  await page.keyboard.press('Escape');
  await making.waitFor({ state: 'detached' });
  assert.ok(await panel.isVisible(), 'Escape closes what is in front, and not what it came out of');
  await panel.getByRole('button', { name: 'Make a bot' }).click();
  await making.getByLabel('What it is called').fill('Grafana');
  await making.getByLabel('What it may').selectOption('both');
  await making.getByLabel('With a token').check();
  await making.getByRole('button', { name: 'Make it' }).click();
  const once = page.getByRole('dialog', { name: 'Copy it now' });
  assert.match(await shownText(once.getByLabel('Token', { exact: true })), /^hfb_/);
  await assertAccessible(page, 'the token of a bot');
  await once.getByRole('button', { name: 'Done' }).click();

  const whatToDo = async (item: string) => {
    await panel.getByRole('button', { name: 'What to do with Grafana' }).click();
    await page.getByRole('menuitem', { name: item }).click();
  };
  await whatToDo('Add an incoming webhook…');
  const incoming = page.getByRole('dialog', { name: 'Add an incoming webhook' });
  await incoming.getByLabel('What it is for').fill('Disks');
  await incoming.getByRole('button', { name: 'Add it' }).click();
  const address = await shownText(once.getByLabel('Address', { exact: true }));
  await once.getByRole('button', { name: 'Done' }).click();
  assert.equal(await (await fetch(address, { method: 'POST', body: '{"text":"A disk is full"}' })).text(), 'ok');

  await whatToDo('Add an outgoing webhook…');
  const outgoing = page.getByRole('dialog', { name: 'Add an outgoing webhook' });
  await outgoing.getByLabel('Address of the receiver').fill('https://hooks.example.org/secret-part');
  await outgoing.getByLabel('Only messages that hold').fill('!deploy');
  await outgoing.getByRole('button', { name: 'Add it' }).click();
  assert.match(await shownText(once.getByLabel('Secret', { exact: true })), /^whsec_/);
  await once.getByRole('button', { name: 'Done' }).click();
  await panel.getByText('hooks.example.org').waitFor();
  assert.equal(await page.getByText('secret-part').count(), 0);
  await panel.getByText('No message was given up.').waitFor();
  await assertAccessible(page, 'the bots of a room');

  await panel.getByRole('button', { name: 'Remove the incoming webhook Disks of Grafana' }).click();
  await page.getByRole('button', { name: 'Remove it' }).click();
  await panel.getByText('Incoming').waitFor({ state: 'detached' });
  assert.equal((await fetch(address, { method: 'POST', body: '{"text":"x"}' })).status, 404);
  await whatToDo('Remove…');
  await page.getByRole('button', { name: 'Remove it' }).click();
  await panel.getByText('No bot is in this room').waitFor();
  await page.keyboard.press('Escape');
  await message(page, 'A disk is full').getByText('bot', { exact: true }).waitFor();
});

test(
  'on a phone the panel of moderators fits, reports are found from anywhere, and the bar counts what is not read',
  { skip },
  async () => {
    const { ada, grace } = await people();
    const generalId = await generalRoom(ada);
    const phone = { viewport: { width: 360, height: 740 } };
    await using adas = await stage.openAs(ada, `/chat/rooms/${generalId}?panel=moderation&part=rules`, phone);
    const { page } = adas;
    const panel = drawer(page, 'Moderation');
    const parts = {
      Reports: panel.getByText('No open report'),
      People: panel.getByText('Nobody is muted or banned'),
      Rules: panel.getByText('Kept in the log of the room.'),
      Log: panel.getByText(/^(Hid a message|Nothing was decided yet)/).first(),
    };
    for (const [part, content] of Object.entries(parts)) {
      await panel.getByRole('link', { name: part }).click();
      await page.waitForURL((url) => url.search.includes(part.toLowerCase()));
      await content.waitFor();
      assert.ok((await page.evaluate<number>('document.documentElement.scrollWidth')) <= 360, part);
    }
    await page.goto('/chat/reports');
    await page.getByText('No report is open in the rooms that you moderate.').waitFor();
    const sequence = await say(grace, generalId, `@${await handleOf(ada)} have a look`);
    await page
      .getByRole('navigation', { name: 'Places' })
      .getByRole('link', { name: /^Chat.*, 1 of them for you$/ })
      .waitFor();
    await grace.ask('POST', `/chat/rooms/${generalId}/messages/${sequence}/report`, { reason: 'To try it' });
    const open = page.getByRole('list', { name: 'Rooms with open reports' }).getByRole('listitem');
    await open.getByText('1 report').waitFor();
    await open.getByRole('link').click();
    await panel.getByText('To try it').waitFor();
  },
);
