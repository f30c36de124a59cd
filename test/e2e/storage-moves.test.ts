/** Admin > Storage: a store is moved to another place, its progress and failures are seen, and the move is called off. */
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { assertAccessible } from '../support/browser/accessibility.ts';
import { setStage } from '../support/browser/stage.ts';

/** What was stored since is brought over often, so that a place that goes is noticed at once. */
const stage = setStage({ HOLDFAST_MOVE_CATCH_UP_MS: '200' });
const { skip } = stage;

/** A file takes the folder's place for good, however often the move that goes on makes the folder again meanwhile. */
async function putInTheWay(folder: string): Promise<void> {
  for (let attempts = 1; ; attempts++) {
    try {
      await rm(folder, { recursive: true, force: true });
      return await writeFile(folder, 'in the way');
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (attempts === 1000 || (code !== 'ENOTEMPTY' && code !== 'EISDIR')) throw error;
    }
  }
}

test(
  'a store moves while the page tells how far, what fails, and what to do then; and stays when called off',
  { skip },
  async () => {
    const ada = await stage.signUp({ name: 'Ada Lovelace' });
    const drive = await ada.drive();
    await drive.put('root', 'plan.txt', Buffer.from('kept twice'));
    const { dataFolder } = stage.server();
    const [taken, place] = [join(dataFolder, '../taken'), join(dataFolder, '../moved')];
    await mkdir(taken);
    await writeFile(join(taken, 'something.txt'), 'of somebody else');

    await using watched = await stage.openAs(ada, '/admin/storage', { bypassCSP: true });
    const { page } = watched;
    const section = page.getByRole('region', { name: 'Where everything lies' });
    await section.getByText('Second copies').first().waitFor();
    await section.getByRole('button', { name: 'Move the second copies to another place' }).click();
    const dialog = page.getByRole('dialog', { name: 'Move the second copies to another place' });
    watched.expectTrouble(/status of 409/);
    await dialog.getByLabel('Where to').fill(pathToFileURL(taken).href);
    await dialog.getByLabel('Your password').fill(ada.password);
    await dialog.getByRole('button', { name: 'Begin the move' }).click();
    await dialog.getByText('store_not_empty').waitFor();
    await dialog.getByLabel('Where to').fill(pathToFileURL(place).href);
    await dialog.getByRole('button', { name: 'Begin the move' }).click();
    await dialog.waitFor({ state: 'detached' });
    await section.getByText('All is there, copied and verified.').waitFor();
    await section.getByText(`HOLDFAST_BACKUP=${pathToFileURL(place).href}`).waitFor();
    await assertAccessible(page, 'a store that has moved');

    await putInTheWay(place);
    await section.getByText('The last attempt failed').waitFor();
    await section.getByRole('button', { name: 'Call the move off: the second copies' }).click();
    const question = page.getByRole('dialog', { name: 'Call the move off: the second copies' });
    await question.getByText('What was copied lies in the new place still').waitFor();
    await question.getByRole('button', { name: 'Call the move off' }).click();
    await section.getByRole('button', { name: 'Move the second copies to another place' }).waitFor();
    await section.getByText('Moves to').waitFor({ state: 'detached' });
  },
);
