/** An address that somebody names for notices: a real mail server, the letter's link, and its page. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { assertAccessible } from '../support/browser/accessibility.ts';
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

async function addMail(mail: MailServer) {
  const ada = await stage.signUp({ name: 'Ada Lovelace' });
  const config = {
    ...{ host: '127.0.0.1', port: mail.port, from: 'workspace@holdfast.example', ca: certificates.ca },
    ...mailLogin,
  };
  const { channelId } = await ada.ask<{ channelId: string }>('POST', '/admin/channels/smtp', { name: 'mail', config });
  return { ada, channelId };
}

test('an address gets one letter, and its page confirms it at the press of a button, once', { skip }, async () => {
  await using mail = await startMailServer('starttls', certificates);
  const { ada, channelId } = await addMail(mail);
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
  assert.equal(new URL(page.url()).hash, '', 'the token is not left in the address');
  const channelNow = async () => {
    const { channels } = await ada.ask<{ channels: { confirmed: boolean }[] }>('GET', '/notices/rules');
    return channels[0]?.confirmed;
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

test('a link that is cut off says so', { skip: stage.skip }, async () => {
  await using watched = await stage.open();
  await watched.page.goto('/notices/confirm');
  await watched.page.getByRole('heading', { name: 'This link is not whole' }).waitFor();
});

test('axe finds nothing on the page of a letter', { skip: stage.skip }, async () => {
  await using watched = await stage.open({ bypassCSP: true });
  await watched.page.goto('/notices/confirm#a-token');
  await watched.page.getByRole('button', { name: 'Send notices to this address' }).waitFor();
  await assertAccessible(watched.page, 'the page of a letter');
});
