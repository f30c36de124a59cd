/** Files in rooms: chosen, pasted and dropped in the browser, seen by the others, taken back in the message and at the file. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { assertAccessible } from '../support/browser/accessibility.ts';
import { generalRoom } from '../support/believable/chat.ts';
import { dropFiles } from '../support/browser/drop-files.ts';
import { localFiles } from '../support/browser/local-files.ts';
import { setStage } from '../support/browser/stage.ts';

const stage = setStage();
const { skip } = stage;
/** The smallest picture: one red pixel. */
const PIXEL = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR4nGP4z8DwHwAFAAH/iZk9HQAAAABJRU5ErkJggg==';

/** A page with nothing on it, whose table of contents a viewer makes again. */
const PDF = `%PDF-1.4
1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj
2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj
3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]>>endobj
trailer<</Root 1 0 R>>
%%EOF`;

test(
  'files that are chosen, pasted and dropped are sent, seen and fetched by another, and taken back',
  { skip },
  async () => {
    const ada = await stage.signUp({ name: 'Ada Lovelace' });
    const grace = await stage.signUp({ name: 'Grace Hopper' });
    const generalId = await generalRoom(ada);
    await using adas = await stage.openAs(ada, `/chat/rooms/${generalId}`, { bypassCSP: true });
    await using graces = await stage.openAs(grace, `/chat/rooms/${generalId}`, { bypassCSP: true });
    const { page } = adas;
    const composer = page.getByRole('textbox', { name: /^Write/ });
    await composer.waitFor();
    const plan = { name: 'الخطة السنوية.pdf', mimeType: 'application/pdf', buffer: Buffer.from('%PDF-1.7 the plan') };
    await page.locator('input[type=file]').setInputFiles(plan);
    await composer.focus();
    await page.evaluate(`{
    const clipboardData = new DataTransfer();
    const bytes = Uint8Array.from(atob('${PIXEL}'), (letter) => letter.charCodeAt(0));
    clipboardData.items.add(new File([bytes], 'red.png', { type: 'image/png' }));
    document.activeElement.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }));
  }`);
    await using files = await localFiles({ 'notes.txt': 'notes' });
    await dropFiles(page, [files.path('notes.txt')]);
    const pending = page.getByRole('region', { name: 'Files to be sent' });
    await pending.getByText(/Everyone in #general, now and later, can open these files/).waitFor();
    for (const name of [plan.name, 'red.png', 'notes.txt']) await pending.getByText(name, { exact: true }).waitFor();
    await assertAccessible(page, 'files to be sent');
    await composer.fill('look at these');
    await page.getByRole('button', { name: 'Send' }).and(page.locator(':enabled')).waitFor();
    await page.keyboard.press('Enter');

    const log = graces.page.getByRole('log');
    await log.getByText('look at these').waitFor();
    const picture = log.getByRole('link', { name: 'red.png' });
    await picture.waitFor();
    await log.getByRole('link', { name: 'notes.txt' }).waitFor();
    const [download] = await Promise.all([
      graces.page.waitForEvent('download'),
      log.getByRole('link', { name: 'الخطة السنوية.pdf' }).click(),
    ]);
    assert.equal(download.suggestedFilename(), 'الخطة السنوية.pdf');
    assert.equal((await readFile(await download.path())).toString(), '%PDF-1.7 the plan');
    const shown = log.getByRole('img', { name: 'red.png' });
    await graces.page.waitForFunction(`document.querySelector('img[alt="red.png"]')?.naturalWidth === 1`);
    await assertAccessible(graces.page, 'a message with files');
    assert.equal(await log.getByRole('button', { name: /Stop sharing/ }).count(), 0, 'she may not');

    await page.getByRole('log').getByRole('button', { name: 'Stop sharing red.png' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText(/Whoever has downloaded it before still has it/).waitFor();
    await dialog.getByRole('button', { name: 'Stop sharing' }).click();
    await log.getByText('no longer shared').waitFor();
    assert.equal(await picture.count(), 0);
    assert.equal(await shown.count(), 0);
  },
);

test(
  'pictures and PDFs are shown in the room, and what only claims to be one never is, under the policy of the page',
  { skip },
  async () => {
    const ada = await stage.signUp({ name: 'Hedy Lamarr' });
    const drive = await ada.drive();
    const HARM = 'document.title = "harmed"; window.harmed = true';
    const drawing = `<svg xmlns="http://www.w3.org/2000/svg"><script>${HARM}</script></svg>`;
    const put = async (name: string, body: string | Buffer) => {
      const { id } = await drive.put('root', name, Buffer.from(body));
      return { driveId: drive.driveId, entryId: id };
    };
    const attachments = [
      await put('red.png', Buffer.from(PIXEL, 'base64')),
      await put('drawing.png', drawing),
      await put('drawing.svg', drawing),
      await put('page.pdf', `<script>${HARM}</script>`),
      await put('plan.pdf', PDF),
    ];
    const { roomId } = await ada.ask<{ roomId: string }>('POST', '/chat/rooms', { name: 'pictures', kind: 'public' });
    await ada.ask('POST', `/chat/rooms/${roomId}/messages`, { text: 'look', attachments });
    await using watched = await stage.openAs(ada, `/chat/rooms/${roomId}`, { viewport: { width: 1200, height: 1400 } });
    const { page } = watched;
    const log = page.getByRole('log');
    await log.getByRole('img', { name: 'red.png' }).waitFor();
    await log.getByText('No preview: the file is something else than its type says.').waitFor();
    assert.equal(await log.locator('img').count(), 1);
    await page.getByRole('button', { name: 'Show red.png larger' }).click();
    await page.getByRole('dialog', { name: 'red.png' }).locator('img').waitFor();
    await page.keyboard.press('Escape');

    await page.getByRole('button', { name: 'Show page.pdf' }).click();
    await page.getByText('No preview: the file is no PDF, whatever its type says.').waitFor();
    assert.equal(await page.locator('iframe').count(), 0);
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Show plan.pdf' }).click();
    const frame = page.locator('iframe[title="plan.pdf"]');
    await frame.waitFor();
    assert.match((await frame.getAttribute('src')) ?? '', /^blob:/);
    await page.keyboard.press('Escape');
    await frame.waitFor({ state: 'detached' });
    assert.equal(await page.evaluate('window.harmed'), undefined);
  },
);

test(
  'a file of the drive is shared in a room from its menu, and taken back where its versions are',
  { skip },
  async () => {
    const ada = await stage.signUp({ name: 'Mary Shelley' });
    const drive = await ada.drive();
    const file = await drive.put('root', 'plan.txt', Buffer.from('the plan'));
    await using watched = await stage.openAs(ada, '/files', { bypassCSP: true });
    const { page } = watched;
    await page.getByRole('button', { name: 'What to do with plan.txt' }).click();
    await page.getByRole('menuitem', { name: 'Share in a chat room' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('Everyone in this room, now and later,').waitFor();
    await dialog.getByRole('combobox', { name: 'Room or conversation' }).click();
    await page.getByRole('option', { name: '#general' }).click();
    await dialog.getByRole('textbox', { name: 'Message' }).fill('here it is');
    await assertAccessible(page, 'sharing a file in a room');
    await dialog.getByRole('button', { name: 'Share with the room' }).click();
    const log = page.getByRole('log');
    await log.getByText('here it is').waitFor();
    await log.getByRole('link', { name: 'plan.txt' }).waitFor();

    await page.goto(`/drives/${drive.driveId}/folders/root?versions=${file.id}`);
    await page.getByText('Everyone there, now and later, can open this version.').waitFor();
    await page.getByRole('button', { name: 'Stop sharing' }).click();
    await page.getByRole('dialog', { name: 'Stop sharing' }).getByRole('button', { name: 'Stop sharing' }).click();
    await page.getByText('Shared in chat').waitFor({ state: 'detached' });
  },
);
