/** Who leaves a dialog while its answer is on its way is at something else when it comes, and stays there. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bucketFinding, look } from '../support/clients/guard-over-http.ts';
import { holdBackAnswer } from '../support/browser/held-back.ts';
import { setStage } from '../support/browser/stage.ts';

const stage = setStage();
const { skip } = stage;

test(
  'a decision that was left and came late closes no other one, and lets what was chosen since stay chosen',
  { skip },
  async () => {
    const ada = await stage.signUp({ name: 'Ada Lovelace' });
    const open = (bucket: string) =>
      bucketFinding(bucket, { check: 'bucket-logging', title: `${bucket} keeps no log`, severity: 'low' });
    await look(ada, [open('one'), open('two')], { scope: 'late' });
    await using watched = await stage.openAs(ada, '/security/findings');
    const { page } = watched;
    const accepting = page.getByRole('dialog', { name: 'Accept this finding' });
    const bar = page.getByRole('toolbar', { name: 'With what is chosen' });
    const answer = await holdBackAnswer(page, /\/findings\/accept$/);

    await page.getByRole('checkbox', { name: 'Choose one keeps no log' }).click();
    await bar.getByRole('button', { name: 'Accept 1…' }).click();
    await accepting.getByLabel('Why').fill('It holds nothing');
    await accepting.getByRole('button', { name: 'Accept it' }).click();
    await answer.asked;
    await page.keyboard.press('Escape');
    await accepting.waitFor({ state: 'detached' });

    await page.getByRole('checkbox', { name: 'Choose one keeps no log' }).click();
    await page.getByRole('checkbox', { name: 'Choose two keeps no log' }).click();
    await bar.getByRole('button', { name: 'Accept 1…' }).click();
    await accepting.getByLabel('Why').fill('Typed meanwhile');
    answer.letGo();
    await page.getByText('Accepted 1 finding.').waitFor();
    await page.getByRole('checkbox', { name: 'Choose one keeps no log' }).waitFor({ state: 'detached' });
    assert.equal(await accepting.getByLabel('Why').inputValue(), 'Typed meanwhile');
    assert.equal(await page.getByRole('checkbox', { name: 'Choose two keeps no log', checked: true }).count(), 1);
  },
);

test(
  'what is being removed for good when its question is left closes no question about another',
  { skip },
  async () => {
    const person = await stage.signUp({ name: 'Grace Hopper' });
    const drive = await person.drive();
    await using watched = await stage.openAs(person, '/files');
    const { page } = watched;
    for (const name of ['a.txt', 'b.txt']) {
      const { id } = await drive.put('root', name, Buffer.from(name));
      await person.ask('POST', `/drives/${drive.driveId}/entries/${id}/trash`);
    }
    await page.getByRole('link', { name: 'Trash' }).click();
    const trashed = (name: string) => page.getByRole('listitem').filter({ hasText: name });
    const sure = page.getByRole('dialog', { name: 'Remove for good' });
    const answer = await holdBackAnswer(page, /\/trash\/[^/]+$/, 'DELETE');

    await trashed('a.txt').getByRole('button', { name: 'Remove for good' }).click();
    await sure.getByRole('button', { name: 'Remove for good' }).click();
    await answer.asked;
    await page.keyboard.press('Escape');
    await sure.waitFor({ state: 'detached' });
    await trashed('b.txt').getByRole('button', { name: 'Remove for good' }).click();
    await sure.getByText('b.txt').waitFor();
    answer.letGo();
    await page.getByText('1 item removed for good.').waitFor();
    await trashed('a.txt').waitFor({ state: 'detached' });
    await sure.getByText('b.txt').waitFor();
    await sure.getByRole('button', { name: 'Keep it' }).click();
    await trashed('b.txt').waitFor();
  },
);
