/** The line breaks, or the server is gone: the page says so, loses nothing, and goes on when it is back. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { test } from 'node:test';
import { dropFiles } from '../support/browser/drop-files.ts';
import { localFiles } from '../support/browser/local-files.ts';
import { lineTo } from '../support/browser/line.ts';
import { setStage } from '../support/browser/stage.ts';
import type { WatchedPage } from '../support/browser/watched-page.ts';
import { untilWhole } from '../support/browser/whole-page.ts';

const stage = setStage();
const { skip } = stage;
/** Beside what a test expects. A try that comes while the server still ends the one before it is refused, and made again. */
function allowBroken(watched: WatchedPage): void {
  watched.allowTrouble(/WebSocket connection/);
  watched.allowTrouble(/status of 409 \(Conflict\) \(.*\/files\)/);
}
/** More than the buffers on the way take in at once. */
const LARGE = 30_000_000;

test('a line that breaks in mid upload is told, and the file is stored once when it is back', { skip }, async () => {
  const person = await stage.signUp({ name: 'Sally Ride' });
  const content = randomBytes(LARGE);
  await using files = await localFiles({ 'Orbit.bin': content });
  await using line = await lineTo(stage.origin());
  await using watched = await stage.openAs(person, '/files', { origin: line.origin });
  allowBroken(watched);
  watched.expectTrouble(
    /ERR_CONNECTION_RESET|ERR_CONNECTION_CLOSED|ERR_CONNECTION_REFUSED|ERR_SOCKET_NOT_CONNECTED|ERR_EMPTY_RESPONSE/,
  );
  const { page } = watched;
  await page.getByText('Your files will be here').waitFor();
  line.holdAfter(2_000_000);
  await dropFiles(page, [files.path('Orbit.bin')]);
  const panel = page.getByRole('region', { name: 'Uploads' });
  await panel
    .getByText(/^[1-9][0-9.]* [kM]B of 30 MB$/)
    .first()
    .waitFor();
  line.cut();
  await panel
    .getByText(/Not stored: The connection broke: .* of 30 MB were sent, and nothing of it was stored/)
    .waitFor();
  await panel.getByRole('heading', { name: '1 not stored' }).waitFor();
  await panel.getByRole('button', { name: 'Try 1 file again' }).click();

  // It goes on by itself, or by the button, whichever comes first.
  line.mend();
  await panel.getByRole('heading', { name: '1 file stored' }).waitFor();
  const drive = await person.drive();
  const stored = await drive.list('root');
  assert.deepEqual(
    stored.map(({ name }) => name),
    ['Orbit.bin'],
  );
  assert.ok((await drive.read(stored[0]?.id ?? '')).equals(content));
  const { versions } = await person.ask<{ versions: unknown[] }>(
    'GET',
    `/drives/${drive.driveId}/files/${stored[0]?.id}/versions`,
  );
  assert.equal(versions.length, 1);
});

test('after a break the files behind wait, and all are stored once the line is back', { skip }, async () => {
  const person = await stage.signUp({ name: 'Judith Resnik' });
  const names = ['one.bin', 'two.bin', 'three.bin', 'four.bin'];
  await using files = await localFiles(
    Object.fromEntries(names.map((name, at) => [name, randomBytes(at < 2 ? LARGE : 3_000)])),
  );
  await using line = await lineTo(stage.origin());
  await using watched = await stage.openAs(person, '/files', { origin: line.origin });
  allowBroken(watched);
  watched.expectTrouble(
    /ERR_CONNECTION_RESET|ERR_CONNECTION_CLOSED|ERR_CONNECTION_REFUSED|ERR_SOCKET_NOT_CONNECTED|ERR_EMPTY_RESPONSE/,
  );
  const { page } = watched;
  await page.getByText('Your files will be here').waitFor();
  line.holdAfter(2_000_000);
  await dropFiles(
    page,
    names.map((name) => files.path(name)),
  );
  const panel = page.getByRole('region', { name: 'Uploads' });
  await panel
    .getByText(/^[1-9][0-9.]* [kM]B of 30 MB$/)
    .first()
    .waitFor();
  line.cut();
  await panel.getByRole('heading', { name: 'The connection broke: 2 files waiting' }).waitFor();
  line.mend();
  await panel.getByRole('heading', { name: '4 files stored' }).waitFor();
  const stored = await (await person.drive()).list('root');
  assert.deepEqual(stored.map(({ name }) => name).toSorted(), names.toSorted());
});

test('a file that is changed while it waits is not stored, and the page says why', { skip }, async () => {
  const person = await stage.signUp({ name: 'Shannon Lucid' });
  const names = ['a.bin', 'b.bin', 'later.txt'];
  await using files = await localFiles(
    Object.fromEntries(names.map((name, at) => [name, randomBytes(at < 2 ? LARGE : 3_000)])),
  );
  await using line = await lineTo(stage.origin());
  await using watched = await stage.openAs(person, '/files', { origin: line.origin });
  allowBroken(watched);
  const { page } = watched;
  await page.getByText('Your files will be here').waitFor();
  line.holdAfter(2_000_000);
  await dropFiles(
    page,
    names.map((name) => files.path(name)),
  );
  const panel = page.getByRole('region', { name: 'Uploads' });
  await panel
    .getByText(/^[1-9][0-9.]* [kM]B of 30 MB$/)
    .first()
    .waitFor();
  await writeFile(files.path('later.txt'), 'something else, of another length and time');
  line.mend();
  await panel.getByText('Not stored: This computer could not read the file').waitFor();
  // The two others may still be on their way.
  await panel.getByRole('heading', { name: /2 files stored/ }).waitFor();
  const stored = await (await person.drive()).list('root');
  assert.deepEqual(stored.map(({ name }) => name).toSorted(), ['a.bin', 'b.bin']);
});

test('an upload that is cancelled leaves nothing behind', { skip }, async () => {
  const person = await stage.signUp({ name: 'Mae Jemison' });
  await using files = await localFiles({ 'Large.bin': randomBytes(LARGE) });
  await using line = await lineTo(stage.origin());
  await using watched = await stage.openAs(person, '/files', { origin: line.origin });
  allowBroken(watched);
  const { page } = watched;
  await page.getByText('Your files will be here').waitFor();
  line.holdAfter(2_000_000);
  await dropFiles(page, [files.path('Large.bin')]);
  const panel = page.getByRole('region', { name: 'Uploads' });
  await panel
    .getByText(/^[1-9][0-9.]* [kM]B of 30 MB$/)
    .first()
    .waitFor();
  await panel.getByRole('button', { name: 'Cancel Large.bin' }).click();
  await panel.getByText('Cancelled: nothing was stored').waitFor();
  assert.deepEqual(await (await person.drive()).list('root'), []);
});

test('while the line is gone a page says what it could not do, and does it when asked again', { skip }, async () => {
  const person = await stage.signUp({ name: 'Christa McAuliffe' });
  const drive = await person.drive();
  await drive.put('root', 'lesson.txt', Buffer.from('x'));
  await using watched = await stage.openAs(person, '/files');
  watched.expectTrouble(/ERR_INTERNET_DISCONNECTED/);
  const { page, context } = watched;
  await page.getByRole('link', { name: 'lesson.txt' }).waitFor();
  await untilWhole(watched);
  await context.setOffline(true);
  await page.getByRole('button', { name: 'What to do with lesson.txt' }).click();
  await page.getByRole('menuitem', { name: 'Move to the trash' }).click();
  const alert = page.getByRole('alert');
  await alert.getByText('Could not move “lesson.txt” to the trash').waitFor();
  await alert.getByText('The server does not answer').waitFor();
  await page.getByRole('link', { name: 'lesson.txt' }).waitFor();
  await context.setOffline(false);
  await page.getByRole('button', { name: 'What to do with lesson.txt' }).click();
  await page.getByRole('menuitem', { name: 'Move to the trash' }).click();
  await page.getByRole('link', { name: 'lesson.txt' }).waitFor({ state: 'detached' });

  // What could not be shown at all can be asked for again, and comes by itself once the line is back.
  watched.expectTrouble(/ERR_FAILED/);
  const all = /\/api\/v1\/drives$/;
  await page.route(all, async (route) => await route.abort());
  await page.reload();
  await page.getByText('Could not open the drive').waitFor();
  await page.getByRole('button', { name: 'Try again' }).waitFor();
  await page.unroute(all);
  await untilWhole(watched);
  await context.setOffline(true);
  await context.setOffline(false);
  await page.getByText('Your files will be here').waitFor();
});

test(
  'a page, or a part of one, that was not opened yet says that it did not come, and leaves what is open alone',
  { skip },
  async () => {
    const person = await stage.signUp({ name: 'Kathryn Sullivan' });
    await using line = await lineTo(stage.origin());
    await using watched = await stage.openAs(person, '/files', { origin: line.origin });
    allowBroken(watched);
    watched.expectTrouble(/ERR_CONNECTION|ERR_SOCKET_NOT_CONNECTED|ERR_EMPTY_RESPONSE|A part of this app did not come/);
    const { page } = watched;
    await page.getByText('Your files will be here').waitFor();
    line.cut();
    await page.getByRole('button', { name: /^Notices/ }).click();
    const note = page.getByRole('alert').filter({ hasText: 'Could not show the notices' });
    await note.getByText('A part of this app did not come from the server').waitFor();
    await note.locator('..').getByRole('button', { name: 'Dismiss' }).click();
    // Each time that it is wanted.
    await page.getByRole('button', { name: /^Notices/ }).click();
    await note.waitFor();
    await page.getByText('Your files will be here').waitFor();
    await page.getByRole('link', { name: 'Activity' }).click();
    const inItsPlace = page.getByRole('alert').filter({ hasText: 'Could not show this page' });
    await inItsPlace.getByText('A part of this app did not come from the server').waitFor();
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.getByText('The server still does not answer.').waitFor();
    await page.getByRole('link', { name: 'My drive' }).click();
    await page.getByRole('button', { name: 'Upload' }).waitFor();
    line.mend();
  },
);
