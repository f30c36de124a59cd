/** Security > Hosts: what hosts reported over HTTP as agents do, and what an admin sees of it and does about it. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import type { Page } from 'playwright-core';
import { assertAccessible } from '../support/browser/accessibility.ts';
import { carriedResult, CHANGED, OWN } from '../support/browser/carried-result.ts';
import { enrolHost, factsOf, type HostOverHttp, type Seen } from '../support/clients/host-over-http.ts';
import type { PersonOverHttp } from '../support/clients/person-over-http.ts';
import { shownText } from '../support/browser/shown-text.ts';
import { setStage } from '../support/browser/stage.ts';
import type { WatchedPage } from '../support/browser/watched-page.ts';

/** One page for an admin's tests: logging in and loading the app anew each time takes longer than all that they look at. */
let watched: WatchedPage | undefined;
// Before those of the stage, which close the browser.
after(async () => await watched?.[Symbol.asyncDispose]());

const MOST_BYTES = 2 ** 16;
const stage = setStage({ HOLDFAST_HOST_RESULT_BYTES: String(MOST_BYTES) });
const { skip } = stage;
const rows = (page: Page) => page.getByRole('table', { name: 'Hosts' }).getByRole('row');
/** The first of the file is the admin. */
const admin = (() => {
  let made: Promise<PersonOverHttp> | undefined;
  return async () => await (made ??= stage.signUp({ name: 'Ada Lovelace' }));
})();

async function onThePage(path: string): Promise<WatchedPage> {
  if (watched) await watched.page.goto(path);
  return (watched ??= await stage.openAs(await admin(), path, { bypassCSP: true }));
}

const HOSTILE = '<img src=x onerror=alert(1)>\u202Egnp.exe\u001b[31m';
const RTL = 'מארח ראשי';
const ROOT_LOGIN: Seen = {
  check: 'SSH-01',
  title: 'root may log in over SSH with a password',
  severity: 'high',
  path: '/etc/ssh/sshd_config',
  evidence: [{ label: 'sshd -T', value: `permitrootlogin yes ${HOSTILE}` }],
  remedy: 'Set PermitRootLogin to prohibit-password.',
};
const RIGHT: Seen = { ...ROOT_LOGIN, verdict: 'pass' };
const KERNEL: Seen = { check: 'KRN-07', title: 'Kernel pointers are hidden', verdict: 'pass' };
const BLIND: Seen = {
  check: 'MYS-01',
  title: 'Whether MySQL asks for passwords',
  verdict: 'unknown',
  why: 'the server did not answer',
};
const rules = (port: number) =>
  `table inet filter {\n\tchain input {\n\t\ttype filter hook input priority filter; policy drop;\n\t\ttcp dport ${port} accept\n\t}\n}\n`;

let web: HostOverHttp;

test(
  'before any host reports, the page offers the first step: a token, shown once, and what to type',
  { skip },
  async () => {
    const { page } = await onThePage('/security');
    await page.getByText('Nobody knows: no host has reported.').waitFor();
    await page.getByRole('link', { name: 'Add a host' }).click();
    await page.getByText('No host reports yet').waitFor();
    await page.getByRole('button', { name: 'Add the first host' }).click();
    const dialog = page.getByRole('dialog', { name: 'Add a host' });
    await dialog.getByLabel('Name').fill('build-7');
    await dialog.getByLabel('It may look at buckets too').check();
    await dialog.getByRole('button', { name: 'Make a token' }).click();
    const token = await dialog.getByLabel('Token', { exact: true }).innerText();
    assert.match(token, /^hfe_/);
    const command = await dialog.getByLabel('Start the agent', { exact: true }).innerText();
    assert.equal(
      command,
      `sudo holdfast agent --server ${stage.origin()} --token-file - --state /var/lib/holdfast-agent --with host,buckets`,
      'the token is in no argument',
    );
    await assertAccessible(page, 'a token');
    await dialog.getByRole('button', { name: 'Done' }).click();
    const open = page.getByRole('table', { name: 'Tokens that no host has used yet' });
    assert.doesNotMatch(await page.content(), new RegExp(token), 'shown once');
    await open.getByRole('button', { name: 'Withdraw the token for build-7' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Withdraw it' }).click();
    await open.waitFor({ state: 'detached' });
  },
);

test(
  'hosts stand worst first with their index; names in any script, and hostile ones, are only text',
  { skip },
  async () => {
    const ada = await admin();
    web = await enrolHost(stage.origin(), ada, { hostname: 'web-1' });
    await web.report({ seen: [RIGHT, KERNEL, BLIND], facts: factsOf(web.hostId, 'web-1'), rules: rules(22) });
    await web.report({
      seen: [ROOT_LOGIN, KERNEL, BLIND],
      facts: factsOf(web.hostId, 'web-1', {
        hosts: { items: [{ address: '10.9.9.9', names: HOSTILE }], unread: null },
      }),
      rules: rules(8080),
    });
    const other = await enrolHost(stage.origin(), ada, { hostname: 'db-1', label: RTL, osName: HOSTILE });
    await other.report({ seen: [RIGHT, KERNEL] });

    const { page } = await onThePage('/security/hosts');
    await rows(page).nth(2).waitFor();
    assert.deepEqual(await rows(page).getByRole('link').allInnerTexts(), ['web-1', RTL], 'worst first');
    await ada.ask('POST', '/hosts/enrolments', { validMs: 3_600_000, label: 'open\u202e' });
    await page.reload();
    const tables = page.getByRole('table');
    await tables.nth(1).getByText('open\\u{202e}').waitFor();
    assert.equal(await tables.first().getAttribute('aria-label'), 'Hosts', 'tokens that wait stand below the hosts');
    await rows(page).nth(1).getByRole('cell').nth(2).getByText('1 not looked at').waitFor();
    await assertAccessible(page, 'the list of hosts');
    await page.getByLabel('Name').fill('debian');
    await page.waitForURL(/text=debian/);
    await page.getByRole('link', { name: RTL }).waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Clear the filters' }).click();
    await rows(page).nth(2).waitFor();
    await page.getByRole('button', { name: /^Reporting 2/ }).click();
    await page.waitForURL(/state=reporting/);
    await page.getByRole('button', { name: 'Hardening' }).click();
    await page.waitForURL(/by=index/);
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Save as CSV' }).click(),
    ]);
    assert.match(await readFile(await download.path(), 'utf8'), /web-1,web-1,/);
    await page.getByRole('link', { name: 'web-1' }).focus();
    await page.keyboard.press('k');
    await page.keyboard.press('j');
    await page.keyboard.press('Enter');
    await page.waitForURL(/security\/hosts\/[0-9a-f]{32}/);
  },
);

test(
  'the page of a host: what moved the index, findings with the command that mends them, facts, rules, scans',
  { skip },
  async () => {
    const { page } = await onThePage(`/security/hosts/${web.hostId}`);
    const tab = (name: string) => page.getByRole('navigation', { name: 'Host' }).getByRole('link', { name }).click();
    await page.getByRole('heading', { name: 'web-1' }).waitFor();
    await page.getByRole('list', { name: 'What changed' }).getByText('In order → Wrong').waitFor();
    await page.getByRole('list', { name: 'Not looked at' }).getByText('the server did not answer').waitFor();
    await assertAccessible(page, 'the page of a host');

    await tab('Findings');
    await page.getByRole('link', { name: ROOT_LOGIN.title }).click();
    const drawer = page.getByRole('dialog', { name: ROOT_LOGIN.title });
    await drawer.getByText('<img src=x onerror=alert(1)>').waitFor();
    const mends = drawer.getByLabel('The command that mends it, on the host', { exact: true });
    assert.match(await mends.innerText(), /^sudo holdfast host fix SSH-01/);
    await page.waitForURL(/finding=[0-9a-f]{32}/);
    await page.keyboard.press('Escape');
    await drawer.waitFor({ state: 'detached' });

    await tab('Facts');
    const names = page.getByLabel('Names (/etc/hosts)', { exact: true });
    assert.equal(
      await names.innerText(),
      '10.9.9.9 <img src=x onerror=alert(1)>\\u{202e}gnp.exe\\u{1b}[31m',
      'what would turn the words is written out',
    );
    await page.getByLabel('What changed in Names (/etc/hosts)').getByText('-127.0.0.1 localhost').waitFor();
    await page.getByRole('table', { name: 'Listeners' }).getByText('/usr/sbin/sshd').waitFor();
    await assertAccessible(page, 'the facts of a host');

    await tab('Firewall');
    assert.match(await page.getByLabel('Rules of the firewall').innerText(), /tcp dport 8080 accept/);
    await page
      .getByRole('list', { name: 'States of the firewall' })
      .getByRole('link', { name: /^What changed/ })
      .click();
    const difference = page.getByLabel('What changed in the rules');
    await difference.getByText('tcp dport 22 accept').waitFor();
    assert.match(await difference.innerText(), /-\t\ttcp dport 22 accept\n\+\t\ttcp dport 8080 accept/);
    await page.waitForURL(/from=1&to=2/);
    await assertAccessible(page, 'what changed in the firewall');

    await tab('Scans');
    await page.getByRole('link', { name: 'What changed in scan 2' }).click();
    await page.getByRole('list', { name: 'Came' }).getByRole('link', { name: ROOT_LOGIN.title }).waitFor();
    await assertAccessible(page, 'two scans');

    // It reports while the page is open; who comes back to the page sees it at once.
    await web.report({ seen: [RIGHT, KERNEL, BLIND] });
    await page.evaluate(`document.dispatchEvent(new Event('visibilitychange'))`);
    await page.getByRole('link', { name: 'What changed in scan 3' }).waitFor();
  },
);

test('a check: why, to the letter what it runs, and where it found something', { skip }, async () => {
  await web.report({ seen: [ROOT_LOGIN, KERNEL, BLIND] });
  const { page } = await onThePage('/security/hosts/checks');
  await page
    .getByRole('row', { name: /SSH-01/ })
    .getByRole('link')
    .click();
  await page.waitForURL(/checks\/SSH-01/);
  await page.getByRole('list', { name: 'Where it found something' }).getByRole('link', { name: 'web-1' }).waitFor();
  await page.getByText('# id: SSH-01').waitFor();
  await page.getByRole('heading', { name: 'native/ssh.sh, which it goes by' }).waitFor();
  await page.getByRole('button', { name: 'Copy the script' }).waitFor();
  await assertAccessible(page, 'a check');
});

test('a host is called something, revoked, and forgotten once its name is typed', { skip }, async () => {
  const { page } = await onThePage(`/security/hosts/${web.hostId}/settings`);
  await page.getByLabel('Name', { exact: true }).fill('Front door');
  await page.getByLabel('Looked at every').selectOption('1 hour');
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await page.getByRole('heading', { name: 'Front door' }).waitFor();
  await assertAccessible(page, 'the settings of a host');
  await page.getByRole('button', { name: 'Revoke…' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Revoke it' }).click();
  await page.getByText('It has no token that is taken').waitFor();
  await assert.rejects(web.report({ seen: [KERNEL] }), /403/);
  await page.getByRole('button', { name: 'Forget this host…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Forget Front door' });
  const forget = dialog.getByRole('button', { name: 'Forget it' });
  assert.equal(await forget.isDisabled(), true, 'the name is asked for');
  await dialog.getByLabel('Type its name to go on').fill('Front door');
  await forget.click();
  await page.waitForURL(/security\/hosts$/);
  await page.getByRole('link', { name: RTL }).waitFor();
  assert.equal(await page.getByRole('link', { name: 'Front door' }).count(), 0);
});

test(
  'a scan that somebody carried here: what it came to, and files that are none are refused in words',
  { skip },
  async (t) => {
    const folder = mkdtempSync(join(tmpdir(), 'holdfast-carried-'));
    t.after(() => rmSync(folder, { recursive: true, force: true }));
    const { page, expectTrouble } = await onThePage('/security/hosts');
    await page.getByRole('button', { name: 'Import a scan' }).click();
    const dialog = page.getByRole('dialog', { name: 'Import a scan' });
    const command = (label: string) => shownText(dialog.getByLabel(label, { exact: true }));
    assert.equal(await command('Make the archive'), 'holdfast host scan --bundle scan.tar.gz');
    await assertAccessible(page, 'the import of a scan');
    await dialog.getByLabel('The host runs').selectOption('Windows');
    await dialog.getByText('nobody has run them on a Windows machine yet').waitFor();
    assert.equal(await command('Make the archive'), 'holdfast host scan --bundle scan.zip --platform windows');

    const chosen = dialog.getByLabel(/^Result file/);
    const refused = dialog.getByRole('alert');
    const send = dialog.getByRole('button', { name: 'Import it' });
    const large = join(folder, 'large.jsonl.gz');
    writeFileSync(large, Buffer.alloc(MOST_BYTES + 1));
    const sent: string[] = [];
    page.on('request', (request) => {
      if (request.method() === 'POST') sent.push(new URL(request.url()).pathname);
    });
    await chosen.setInputFiles(large);
    await send.click();
    await refused.getByText('The file is larger than what is taken').waitFor();
    assert.deepEqual(sent, [], 'what is too large is not sent');

    const hostile = join(folder, '<img src=x onerror=alert(1)>\u202E.jsonl');
    writeFileSync(hostile, '<script>alert(1)</script>');
    await chosen.setInputFiles(hostile);
    await refused.waitFor({ state: 'detached' });
    expectTrouble(/status of 422/);
    await send.click();
    await refused.getByText('This is not the result of a scan by an archive').waitFor();
    assert.match(await refused.innerText(), /^Could not import “<img src=x onerror=alert\(1\)>\\u\{202e\}\.jsonl”/);
    assert.deepEqual(sent, ['/api/v1/hosts/imports']);

    await chosen.setInputFiles(await carriedResult(folder, `cellar${HOSTILE}`));
    await send.click();
    await dialog.getByText(/The scan of .* is in/).waitFor();
    await dialog
      .getByText(/1 check had another script/)
      .getByRole('link', { name: CHANGED })
      .waitFor();
    assert.match(await dialog.getByText(/1 check is not known here/).innerText(), new RegExp(OWN));
    // It is asked for once the scan is in.
    await dialog.getByText('Hardening index').waitFor();
    assert.match(await dialog.innerText(), /Hardening index\s+\d+\s+of 100/);
    await assertAccessible(page, 'what came of an import');
    await dialog.getByRole('link', { name: 'Show the host' }).click();
    await page.getByRole('heading', { name: /^cellar<img src=x/ }).waitFor();
    await page.getByText('Imported').waitFor();
    await page.getByRole('list', { name: 'Worst findings' }).getByText('all the rights of root').waitFor();
    await page.getByRole('link', { name: /The files of accounts can be/ }).click();
    await page.getByText('the command needs Holdfast installed there').waitFor();
  },
);

test('10,000 findings of one host come page by page; nothing lies beyond the edge of a phone', { skip }, async () => {
  const ada = await admin();
  const many = await enrolHost(stage.origin(), ada, { hostname: 'many' });
  const paths = Array.from({ length: 9_998 }, (_, at) => `/srv/${String(at).padStart(5, '0')}`);
  const title = 'Everybody may write here';
  await many.report({ seen: [...paths.map((path) => ({ check: 'PRM-01', title, path })), ROOT_LOGIN, BLIND] });
  const at = `/security/hosts/${many.hostId}`;
  await using phone = await stage.openAs(ada, at, { viewport: { width: 360, height: 740 } });
  const { page } = phone;
  const isWide = 'document.documentElement.scrollWidth > document.documentElement.clientWidth';
  await page.getByRole('heading', { name: 'Hardening index' }).waitFor();
  assert.equal(await page.evaluate(isWide), false, 'the overview of a host');
  const parts = {
    Facts: page.getByText('No facts were reported yet'),
    Firewall: page.getByText('No rules were reported yet'),
    Scans: page.getByRole('table', { name: 'Scans' }),
    Settings: page.getByLabel('Looked at every'),
    Findings: page.getByRole('table', { name: 'Findings of this host' }),
  };
  for (const [part, content] of Object.entries(parts)) {
    await page.getByRole('navigation', { name: 'Host' }).getByRole('link', { name: part }).click();
    await page.waitForURL(new RegExp(`/${part.toLowerCase()}$`));
    await content.waitFor();
    assert.equal(await page.evaluate(isWide), false, part);
  }
  const found = page.getByRole('table', { name: 'Findings of this host' }).getByRole('row');
  await found.nth(100).waitFor();
  assert.match(await found.nth(1).innerText(), /root may log in/, 'worst first');
  await page.getByRole('button', { name: 'Medium 9,998 open' }).waitFor();
  await page.getByRole('button', { name: 'Show more' }).click();
  await found.nth(200).waitFor();
  await page.getByRole('link', { name: 'All hosts' }).click();
  await page.getByRole('link', { name: 'many' }).waitFor();
  assert.equal(await page.evaluate(isWide), false, 'the list');
});

test('who is no admin sees nothing of hosts', { skip }, async () => {
  await admin();
  const grace = await stage.signUp({ name: 'Grace Hopper' });
  await using watched = await stage.openAs(grace, '/security/hosts');
  await watched.page.getByText('Only admins see this page').waitFor();
});
