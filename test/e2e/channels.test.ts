/** Admin > Channels: set up, tried, seen to fail and to do well again, against a real mail server and a file. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, test } from 'node:test';
import type { Page } from 'playwright-core';
import type { ChannelsReply } from '../../src/notifications/wire.ts';
import { assertAccessible } from '../support/browser/accessibility.ts';
import type { PersonOverHttp } from '../support/clients/person-over-http.ts';
import { setStage } from '../support/browser/stage.ts';
import { type Certificates, makeCertificates, withoutOpenssl } from '../support/channels/certificates.ts';
import { mailLogin, startMailServer, withoutMailServer } from '../support/channels/mail-server.ts';

const stage = setStage();
const skip = stage.skip || withoutMailServer || withoutOpenssl;
const certificates = skip ? ({} as Certificates) : makeCertificates();
after(() => certificates[Symbol.dispose]?.());

/** The first of the file is the admin. */
const admin = (() => {
  let made: Promise<PersonOverHttp> | undefined;
  return async () => await (made ??= stage.signUp({ name: 'Ada Lovelace' }));
})();
const row = (page: Page, name: string) =>
  page.getByRole('table', { name: 'Channels' }).getByRole('row').filter({ hasText: name });
const said = (page: Page) => page.getByRole('region', { name: 'What was just done' });

test('a mail channel is set up, tried and seen; when its server goes, that is told', { skip }, async () => {
  const ada = await admin();
  await using watched = await stage.openAs(ada, '/admin/channels');
  const { page } = watched;
  const post = row(page, 'Post');
  {
    await using mail = await startMailServer('starttls', certificates);
    await page.getByText('Notices stay in the feed').waitFor();
    await page.getByRole('button', { name: 'Add a channel' }).click();
    const dialog = page.getByRole('dialog', { name: 'Add a channel' });
    await dialog.getByLabel('What people call it').fill('Post');
    await dialog.getByLabel('Mail server').fill('127.0.0.1');
    await dialog.getByLabel('Port').fill(String(mail.port));
    await dialog.getByLabel('User').fill(mailLogin.user);
    await dialog.getByLabel('Address that mail comes from').fill('not an address');
    await dialog.getByLabel('Certificate of an authority').fill(certificates.ca);
    watched.expectTrouble(/status of 422/);
    await dialog.getByRole('button', { name: 'Add it' }).click();
    await dialog.getByText('a user needs a password').or(dialog.getByText('one plain mail address')).first().waitFor();
    assert.equal(await dialog.getByLabel('User').inputValue(), mailLogin.user, 'what was typed stays');
    await dialog.getByLabel('Password', { exact: true }).fill(mailLogin.password);
    await dialog.getByLabel('Address that mail comes from').fill('workspace@holdfast.example');
    await dialog.getByRole('button', { name: 'Add it' }).click();
    await dialog.waitFor({ state: 'detached' });

    await post.getByText('Mail: 127.0.0.1').waitFor();
    await post.getByText('Nothing sent yet').last().waitFor();
    await page.getByRole('button', { name: 'Send a test by Post' }).click();
    await said(page).getByText('was reached. You have no confirmed address there').waitFor();
    const { channels } = await ada.ask<ChannelsReply>('GET', '/admin/channels');
    assert.doesNotMatch(JSON.stringify(channels), /correct horse/, 'the password is not shown again');
    const channelId = channels[0]?.channelId ?? '';
    await ada.ask('POST', '/notices/addresses', { channelId, destination: 'ada@elsewhere.example' });
    assert.deepEqual((await mail.mail()).receivers, ['ada@elsewhere.example']);
    await post.getByText('Delivered last').last().waitFor();
  }

  // The server is gone.
  watched.expectTrouble(/status of 503/);
  await page.getByRole('button', { name: 'Send a test by Post' }).click();
  await page.getByRole('alert').getByText('Could not test “Post”').waitFor();
  await page.getByRole('alert').getByText('ECONNREFUSED').waitFor();
  await post.getByText('Fails since').last().waitFor();
  await post.getByText('channel_unavailable').last().waitFor();

  await using other = await startMailServer('starttls', certificates);
  await page.getByRole('button', { name: 'Change Post' }).click();
  const change = page.getByRole('dialog', { name: 'Change “Post”' });
  assert.equal(await change.getByLabel('Mail server').inputValue(), '127.0.0.1');
  assert.equal(await change.getByLabel('Password', { exact: true }).inputValue(), '');
  await change.getByLabel('Port').fill(String(other.port));
  await change.getByRole('button', { name: 'Save' }).click();
  await change.getByText('channel_secret_needed').waitFor();
  await change.getByLabel('Password', { exact: true }).fill(mailLogin.password);
  await change.getByLabel('What people call it').fill('Mail of the house');
  await change.getByRole('button', { name: 'Save' }).click();
  await change.waitFor({ state: 'detached' });
  await page.getByRole('button', { name: 'Send a test by Mail of the house' }).click();
  await said(page).getByText('“⁨Mail of the house⁩” was reached').waitFor();

  await page.getByRole('button', { name: 'Remove Mail of the house' }).click();
  const removal = page.getByRole('dialog', { name: 'Remove “Mail of the house”' });
  assert.equal(await removal.getByRole('button', { name: 'Remove the channel' }).isDisabled(), true);
  await removal.getByRole('textbox').fill('Mail of the house');
  await removal.getByRole('button', { name: 'Remove the channel' }).click();
  await page.getByText('Notices stay in the feed').waitFor();
});

test('a file for a SIEM takes a test, and only the notices that were chosen', { skip: stage.skip }, async () => {
  const ada = await admin();
  await using watched = await stage.openAs(ada, '/admin/channels');
  const { page } = watched;
  await page.getByRole('button', { name: 'Add a channel' }).click();
  const dialog = page.getByRole('dialog', { name: 'Add a channel' });
  await dialog.getByLabel('Kind').selectOption('File of JSON Lines');
  await dialog.getByLabel('What people call it').fill('SIEM');
  await dialog.getByLabel('Name of the file').fill('siem.jsonl');
  await dialog.getByRole('radio', { name: 'These notices' }).check();
  assert.equal(await dialog.getByRole('button', { name: 'Add it' }).isDisabled(), true, 'none is chosen yet');
  await dialog.getByRole('checkbox', { name: 'A guard found something' }).check();
  await dialog.getByRole('button', { name: 'Add it' }).click();
  await row(page, 'SIEM').getByText('1 of the kinds of notices').waitFor();
  await page.getByRole('button', { name: 'Send a test by SIEM' }).click();
  await said(page).getByText('took a letter').waitFor();
  await row(page, 'SIEM').getByText('Delivered last').last().waitFor();
  const written = await readFile(join(stage.server().dataFolder, 'notices', 'siem.jsonl'), 'utf8');
  assert.match(written, /"kind":"channel_test"/);
  const { channels } = await ada.ask<ChannelsReply>('GET', '/admin/channels');
  const siem = channels.find(({ name }) => name === 'SIEM');
  assert.deepEqual([siem?.kinds, siem?.config], [['finding_opened'], { file: 'siem.jsonl' }]);
});

test('a letter that was given up is shown with its reason, and sent again', { skip }, async () => {
  const ada = await admin();
  await using mail = await startMailServer('starttls', certificates);
  const config = {
    ...{ host: '127.0.0.1', port: mail.port, from: 'workspace@holdfast.example', ca: certificates.ca },
    ...mailLogin,
  };
  const form = { name: 'Refusing', config };
  const { channelId } = await ada.ask<{ channelId: string }>('POST', '/admin/channels/smtp', form);
  await using watched = await stage.openAs(ada, '/admin/channels');
  const { page } = watched;
  await page.getByText('None. What the other side refuses').waitFor();
  await ada.ask('POST', '/notices/addresses', { channelId, destination: 'unknown@elsewhere.example' });
  const letters = page.getByRole('table', { name: 'Letters that were given up' });
  await letters.getByText('A letter that asks to confirm an address').waitFor();
  await letters.getByText('channel_refused').waitFor();
  assert.doesNotMatch(await letters.innerText(), /unknown@/, 'whom it was for is not shown');
  await letters.getByRole('button', { name: 'Send again: A letter that asks' }).click();
  await said(page).getByText('The letter is on its way again.').waitFor();
  await ada.ask('DELETE', `/admin/channels/${channelId}`);
});

test('axe finds nothing on the channels, their forms and letters', { skip: stage.skip }, async () => {
  const ada = await admin();
  const webhook = { url: 'https://hooks.example.org/x', secret: `whsec_${'A'.repeat(32)}` };
  await ada.ask('POST', '/admin/channels/webhook', { name: 'חדר בקרה', config: webhook });
  await using watched = await stage.openAs(ada, '/admin/channels', { bypassCSP: true });
  const { page } = watched;
  await row(page, 'חדר בקרה').waitFor();
  await assertAccessible(page, 'the channels');
  await page.getByRole('button', { name: 'Add a channel' }).click();
  const dialog = page.getByRole('dialog', { name: 'Add a channel' });
  for (const kind of ['Mail', 'Webhook', 'Amazon SNS', 'Syslog', 'File of JSON Lines']) {
    await dialog.getByLabel('Kind').selectOption(kind);
    await assertAccessible(page, `the form for ${kind}`);
  }
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Change חדר בקרה' }).click();
  await page.getByRole('dialog').waitFor();
  await assertAccessible(page, 'the form that changes one');
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Remove חדר בקרה' }).click();
  await page.getByRole('dialog').waitFor();
  await assertAccessible(page, 'removing one');
});
