/** An address that somebody names for notices, and what they want to hear: a real mail server, the letter's link, and its page. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { assertAccessible } from '../support/browser/accessibility.ts';
import type { PersonOverHttp } from '../support/clients/person-over-http.ts';
import { setStage } from '../support/browser/stage.ts';
import { type Certificates, makeCertificates, withoutOpenssl } from '../support/channels/certificates.ts';
import { type MailServer, mailLogin, startMailServer, withoutMailServer } from '../support/channels/mail-server.ts';

const stage = setStage();
const skip = stage.skip || withoutMailServer || withoutOpenssl;
const certificates = skip ? ({} as Certificates) : makeCertificates();
after(() => certificates[Symbol.dispose]?.());

/** The link in a letter whose lines are folded as quoted-printable (RFC 2045 section 6.7). */
function linkIn(content: string): string {
  const unfolded = content.replaceAll('=\r\n', '').replaceAll('=3D', '=');
  const link = /https?:\/\/[^\s"<>]+\/notices\/confirm#[^\s"<>]+/.exec(unfolded)?.[0];
  assert.ok(link, `no link in\n${content}`);
  return link;
}

/** The first of the file is the admin. */
let admin: Promise<PersonOverHttp> | undefined;

async function addMail(mail: MailServer, name: string) {
  const ada = await (admin ??= stage.signUp({ name: 'Ada Lovelace' }));
  const config = {
    ...{ host: '127.0.0.1', port: mail.port, from: 'workspace@holdfast.example', ca: certificates.ca },
    ...mailLogin,
  };
  const { channelId } = await ada.ask<{ channelId: string }>('POST', '/admin/channels/smtp', { name, config });
  return { ada, channelId };
}

test('an address gets one letter, and its page confirms it at the press of a button, once', { skip }, async () => {
  await using mail = await startMailServer('starttls', certificates);
  const { ada, channelId } = await addMail(mail, 'mail');
  const destination = 'ada@elsewhere.example';
  await ada.ask('POST', '/notices/addresses', { channelId, destination });
  const letter = await mail.mail();
  assert.deepEqual(letter.receivers, [destination]);
  const link = linkIn(letter.content);

  // Whoever reads the letter need not be logged in where they read it.
  await using watched = await stage.open();
  const { page } = watched;
  await page.goto(link);
  await page.getByRole('heading', { name: 'Confirm this address' }).waitFor();
  // The token is not left in the address.
  await page.waitForURL(({ hash }) => hash === '');
  const channelNow = async () => {
    const { channels } = await ada.ask<{ channels: { channelId: string; confirmed: boolean }[] }>(
      'GET',
      '/notices/rules',
    );
    return channels.find((each) => each.channelId === channelId)?.confirmed;
  };
  assert.equal(await channelNow(), false, 'opening the link alone confirms nothing');
  await page.getByRole('button', { name: 'Send notices to this address' }).click();
  await page.getByRole('heading', { name: 'The address is confirmed' }).waitFor();
  assert.equal(await channelNow(), true);

  watched.expectTrouble(/addresses\/confirm/);
  // In the same tab, where nothing but what stands behind the # changes.
  await page.goto(link);
  await page.getByRole('button', { name: 'Send notices to this address' }).click();
  await page.getByRole('alert').getByText('notice_token_invalid').waitFor();
});

test('Settings hold the address, the rule of a kind and the quiet hours', { skip }, async () => {
  await using mail = await startMailServer('starttls', certificates);
  const { ada } = await addMail(mail, 'post');
  await using watched = await stage.openAs(ada, '/settings/notices');
  const { page } = watched;
  await page.getByRole('textbox', { name: 'My address on post' }).fill('ada@third.example');
  await page.getByRole('button', { name: 'Send a letter to confirm it' }).last().click();
  assert.deepEqual((await mail.mail()).receivers, ['ada@third.example']);
  await page.getByText('Open the link in the letter that it got').waitFor();

  const rule = page.getByRole('combobox', { name: 'Second copies wait for too long, by post' });
  await rule.selectOption('Once a day');
  await page.getByText('The rule is changed.').waitFor();
  await page.getByRole('checkbox', { name: 'Quiet hours' }).check();
  await page.getByRole('textbox', { name: 'From' }).fill('21:30');
  await page.getByRole('button', { name: 'Save the hours' }).click();
  await page.getByText('The hours are set.').waitFor();

  await page.reload();
  assert.equal(await rule.inputValue(), 'daily');
  assert.equal(await page.getByRole('textbox', { name: 'From' }).inputValue(), '21:30');
  await page.getByRole('button', { name: 'Remove ada@third.example' }).click();
  await page.getByRole('textbox', { name: 'My address on post' }).waitFor();
});

test('a link that is cut off says so', { skip: stage.skip }, async () => {
  await using watched = await stage.open();
  await watched.page.goto('/notices/confirm');
  await watched.page.getByRole('heading', { name: 'This link is not whole' }).waitFor();
});

test('axe finds nothing on the page of a letter, nor on the rules', { skip: stage.skip }, async () => {
  const ada = await (admin ??= stage.signUp({ name: 'Ada Lovelace' }));
  await using watched = await stage.openAs(ada, '/settings/notices', { bypassCSP: true });
  const { page } = watched;
  await page.getByRole('table', { name: 'Rules' }).waitFor();
  await assertAccessible(page, 'the rules of notices');
  await page.goto('/notices/confirm#a-token');
  await page.getByRole('button', { name: 'Send notices to this address' }).waitFor();
  await assertAccessible(page, 'the page of a letter');
});
