/** Security > Network: captures that an admin uploads, and what the agents of hosts saw, on a real server. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import type { Page } from 'playwright-core';
import { assertAccessible } from '../support/browser/accessibility.ts';
import { alertOf, enrolSensor, flowOf, type SensorOverHttp, within } from '../support/clients/network-over-http.ts';
import type { PersonOverHttp } from '../support/clients/person-over-http.ts';
import { shownText } from '../support/browser/shown-text.ts';
import { setStage } from '../support/browser/stage.ts';
import type { WatchedPage } from '../support/browser/watched-page.ts';
import { pcap } from '../support/network/bytes/capture.ts';
import { conversation } from '../support/network/bytes/conversation.ts';

/** One page for an admin's tests: logging in and loading the app anew each time takes longer than all that they look at. */
let watched: WatchedPage | undefined;
// Before those of the stage, which close the browser.
after(async () => await watched?.[Symbol.asyncDispose]());

const MOST_BYTES = 2 ** 20;
const stage = setStage({ HOLDFAST_NETWORK_CAPTURE_BYTES: String(MOST_BYTES) });
const { skip } = stage;
/** The first of the file is the admin. */
const admin = (() => {
  let made: Promise<PersonOverHttp> | undefined;
  return async () => await (made ??= stage.signUp({ name: 'Ada Lovelace' }));
})();
const sensor = (() => {
  let made: Promise<SensorOverHttp> | undefined;
  return async () =>
    await (made ??= admin().then(
      async (ada) => await enrolSensor(stage.origin(), ada, { hostname: 'gw-1', label: 'Gateway' }),
    ));
})();

async function onThePage(path: string): Promise<WatchedPage> {
  if (watched) await watched.page.goto(path);
  return (watched ??= await stage.openAs(await admin(), path, { bypassCSP: true }));
}
const flowRows = (page: Page) => page.getByRole('grid', { name: 'Flows' }).getByRole('row');
const isWide = 'document.documentElement.scrollWidth > document.documentElement.clientWidth';

const HOSTILE = '<img src=x onerror=alert(1)>\u202Egnp.exe\u001b[31m';
const WRITTEN_OUT = '<img src=x onerror=alert(1)>\\u{202e}gnp.exe\\u{1b}[31m';
const INTRUDER = '198.51.100.7';

test('before anything watches, nobody claims to know, and the page says how to begin', { skip }, async () => {
  const { page } = await onThePage('/security');
  await page.getByText('Nobody knows: nothing watches the network.').waitFor();
  await page.getByText('nothing watched it in the last day').waitFor();
  await page.getByRole('link', { name: 'How to watch the network' }).click();
  await page.getByText('Nothing watches the network yet').waitFor();
  const command = await shownText(page.getByLabel('Watch a host', { exact: true }));
  assert.match(
    command,
    /^sudo holdfast agent --server http\S+ --token-file - --with host,network --state \/var\/lib\/holdfast-agent$/,
  );
  await assertAccessible(page, 'a network that nothing watches');
});

test('a capture is read with what it came to, and files that are none are refused in words', { skip }, async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-captures-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const { page, expectTrouble } = await onThePage('/security/network');
  await page.getByRole('button', { name: 'Read a capture' }).click();
  const dialog = page.getByRole('dialog', { name: 'Read a capture' });
  const chosen = dialog.getByLabel(/^Capture/);
  const send = dialog.getByRole('button', { name: 'Read it' });
  const refused = dialog.getByRole('alert');
  await assertAccessible(page, 'reading a capture');

  const large = join(folder, 'large.pcap');
  writeFileSync(large, Buffer.alloc(MOST_BYTES + 1));
  await chosen.setInputFiles(large);
  await send.click();
  await refused.getByText('The capture is larger than what is taken').waitFor();

  const none = join(folder, `${HOSTILE.replace('/', '')}.pcap`);
  writeFileSync(none, '<script>alert(1)</script> and nothing else');
  await chosen.setInputFiles(none);
  await refused.waitFor({ state: 'detached' });
  expectTrouble(/status of 4\d\d/);
  await send.click();
  await refused.waitFor();
  assert.match(await refused.innerText(), /^Could not read “<img src=x onerror=alert\(1\)>\\u\{202e\}/);

  // A flow log of a VPC, of long ago: one direction, without an end.
  const log = join(folder, 'vpc.log');
  writeFileSync(log, '2 1 eni-7 198.51.100.77 10.9.9.9 40000 22 6 20 4249 1700000000 1700000060 REJECT OK\n');
  await chosen.setInputFiles(log);
  await send.click();
  await dialog.getByText(/Capture vpc is in: 20 packets made 1 flow,/).waitFor();
  await dialog.getByRole('button', { name: 'Show its flows' }).click();
  await page.waitForURL(/sensor=upload%3Avpc/);
  await page.getByRole('link', { name: '198.51.100.77:40000 → 10.9.9.9:22' }).click();
  await page.getByText('let none of its packets through').waitFor();
  await page.getByText('Not in this record: what came back is a flow of its own').waitFor();
  await assertAccessible(page, 'a flow out of a flow log');
  await page.goto('/security/network');
  await page.getByRole('button', { name: 'Read a capture' }).click();

  const atUs = (Date.now() - 3_600_000) * 1000;
  const packets = [
    ...conversation('>S <SA >A >500 <20000 <A >FA <FA >A', { atUs, client: 40_001 }),
    ...conversation('>S <R', { atUs: atUs + 1e6, client: 40_002 }),
    ...conversation('>S', { atUs: atUs + 2e6, client: 40_003 }),
  ];
  const monday = join(folder, 'monday.pcap');
  writeFileSync(monday, pcap(packets));
  await chosen.setInputFiles(monday);
  assert.equal(await dialog.getByLabel('Name', { exact: true }).inputValue(), 'monday');
  await send.click();
  await dialog.getByText(/Capture monday is in: \d+ packets made 3 flows/).waitFor();
  await assertAccessible(page, 'what came of a capture');
  await dialog.getByRole('button', { name: 'Show its flows' }).click();
  await page.waitForURL(/sensor=upload%3Amonday/);
  await page.getByText('3 in all, newest first').waitFor();
  assert.deepEqual(
    await flowRows(page).locator('[role=gridcell]:nth-child(4)').allInnerTexts(),
    ['No answer', 'Refused', 'Ended in order'],
    'newest first',
  );
  await page.goto('/security');
  await page.getByText('Nobody knows: nothing watched the network in the last day.').waitFor();
});

test('flows are narrowed in the address; one is told letter by letter, with its name elsewhere', { skip }, async () => {
  const { page } = await onThePage('/security/network/flows');
  await page.getByText('3 in all, newest first').waitFor();
  await assertAccessible(page, 'the list of flows');
  await page.getByLabel('How it ended').selectOption({ label: 'Refused (REJ)' });
  await page.waitForURL(/state=REJ/);
  await page.getByText('1 in all, newest first').waitFor();
  await page.getByText('Somebody asked, and the other end refused.').waitFor();
  await page.getByLabel('Address', { exact: true }).fill('203.0.113');
  await page.getByText('Type a whole address').waitFor();
  await page.getByLabel('Address', { exact: true }).fill('203.0.113.5');
  await page.waitForURL(/address=203\.0\.113\.5/);
  await page.getByText('1 in all, newest first').waitFor();
  // Typed on in the moment in which the address is told of the first letter: what it says late takes none back.
  await page.evaluate(`{
    const tell = history.replaceState;
    const value = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value');
    history.replaceState = (...told) => {
      history.replaceState = tell;
      tell.apply(history, told);
      value.set.call(document.activeElement, '81');
      document.activeElement.dispatchEvent(new Event('input', { bubbles: true }));
    };
  }`);
  await page.getByLabel('Port', { exact: true }).fill('8');
  await page.waitForURL(/port=%2281%22/);
  assert.equal(await page.getByLabel('Port', { exact: true }).inputValue(), '81');
  await page.getByText('No flow fits').waitFor();
  await page.getByRole('button', { name: 'Clear the filters' }).click();
  await page.getByText('3 in all, newest first').waitFor();
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Save as CSV' }).click(),
  ]);
  assert.match(await readFile(await download.path(), 'utf8'), /^ts,uid,id\.orig_h,/);

  await page.getByRole('grid', { name: 'Flows' }).focus();
  await page.keyboard.press('End');
  await page.keyboard.press('Enter');
  await page.waitForURL(/network\/flows\/C/);
  await page.getByRole('heading', { name: '192.168.1.10:40001 → 203.0.113.5:80' }).waitFor();
  const history = page.getByRole('list', { name: 'History, letter by letter' });
  await history.getByText('The caller asked for a connection (SYN).').waitFor();
  const communityId = page.getByLabel('Community ID, by which other programs know it', { exact: true });
  assert.match(await communityId.innerText(), /^1:[A-Za-z0-9+/]+=*$/);
  await assertAccessible(page, 'a flow');
  await page.goBack();
  await page.getByText('3 in all, newest first').waitFor();
});

test('what hosts saw: live figures, alerts with their arithmetic, what was lost', { skip }, async () => {
  const gateway = await sensor();
  const now = Math.floor(Date.now() / 1000);
  const http = flowOf(1, now - 600, { service: 'http', 'id.resp_p': 80 });
  const logins = [2, 3, 4].map((each) =>
    flowOf(each, now - 500 + each, {
      ...{ 'id.orig_h': INTRUDER, 'id.resp_h': '192.168.1.10', 'id.resp_p': 21, service: 'ftp' },
    }),
  );
  await gateway.watched({
    conn: [
      http,
      ...logins,
      flowOf(5, now - 400, { service: HOSTILE, conn_state: 'made up' as 'SF', history: HOSTILE }),
    ],
    logs: [
      {
        ...{ ...within(http), log: 'http', trans_depth: 1, method: 'GET', host: HOSTILE, uri: `/${HOSTILE}` },
        ...{ user_agent: HOSTILE, request_body_len: 0, response_body_len: 5, status_code: 200 },
      },
      ...logins.map((flow, at) => ({
        ...{ ...within(flow), log: 'ftp' as const, user: HOSTILE, success: at === 2, cleartext: true, tls: false },
      })),
    ],
    notices: [
      alertOf('mild', now - 300, { severity: 'medium', msg: `Something is odd: ${HOSTILE}` }),
      alertOf('bad', now - 300, {
        ...{ severity: 'critical', n: 37, note: 'FTP::Login_After_Guessing', uids: [logins[0]?.uid ?? ''] },
        msg: 'Somebody guessed and got in',
        arithmetic: { count: 12, threshold: 10, windowSeconds: 1800, explained: ['12 logins failed', HOSTILE] },
      }),
    ],
    dropped: 1000,
    leftOut: { malformed: 4 },
  });

  const { page } = await onThePage('/security/network');
  await page.getByRole('img', { name: /^Bytes over time/ }).waitFor();
  const worst = page.getByRole('list', { name: 'The worst alerts' }).getByRole('listitem');
  await worst.filter({ hasText: 'Somebody guessed and got in' }).first().waitFor();
  assert.match((await worst.first().innerText()).replaceAll('\n', ' '), /^Critical.*raised 37 times since/);
  const watchers = page.getByRole('list', { name: 'Who watched' });
  await watchers.getByText(/1,000 packets lost on the way/).waitFor();
  await watchers.getByText('They lie about their own lengths.').waitFor();
  await watchers.getByRole('link', { name: 'Gateway' }).waitFor();
  await watchers.getByRole('link', { name: 'Capture monday' }).waitFor();
  await page.getByRole('table', { name: 'Top talkers' }).getByRole('link', { name: INTRUDER }).waitFor();
  await page.getByRole('table', { name: 'Protocols' }).getByRole('link', { name: 'FTP' }).waitFor();
  await assertAccessible(page, 'the network');

  const [report] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('link', { name: 'Report of this time' }).click(),
  ]);
  assert.match(await readFile(await report.path(), 'utf8'), /Somebody guessed and got in/);

  await page.getByLabel('What the picture shows').selectOption('Flows');
  await page.getByRole('img', { name: /^Flows over time: \d+ flows/ }).waitFor();
  await page.getByRole('button', { name: '1 hour' }).click();
  await page.waitForURL(/last=1h/);
  await page.getByRole('button', { name: 'From … to' }).click();
  await page.getByRole('button', { name: 'Show this time' }).click();
  await page.waitForURL(/from=.*&to=/);
  // A host reports while the page is open; who comes back to it sees that at once.
  await page.goto('/security/network?last=1h');
  await page.getByRole('table', { name: 'Ports' }).getByRole('link', { name: '443/tcp' }).waitFor();
  await gateway.watched({ conn: [flowOf(6, now - 20, { 'id.resp_p': 4444 })] });
  await page.evaluate(`document.dispatchEvent(new Event('visibilitychange'))`);
  await page.getByRole('table', { name: 'Ports' }).getByRole('link', { name: '4444/tcp' }).waitFor();

  // Milder ones come later, and leave open what somebody has opened.
  const milder = Promise.withResolvers<void>();
  await page.route(/\/network\/alerts\?.*severity=medium/, async (route) => {
    await milder.promise;
    await route.continue();
  });
  await page.getByRole('navigation', { name: 'Network' }).getByRole('link', { name: 'Alerts' }).click();
  const alerts = page.getByRole('list', { name: 'Alerts' }).getByRole('listitem');
  const bad = alerts.filter({ hasText: 'Somebody guessed and got in' });
  await bad.getByText('Why: 12 in 30 min, from 10 on it is an alert').click();
  await bad.getByText('12 logins failed').waitFor();
  milder.resolve();
  await alerts.getByText(`Something is odd: ${WRITTEN_OUT}`).waitFor();
  await bad.getByText('12 logins failed').waitFor();
  await bad.getByRole('link', { name: `Findings about ${INTRUDER}` }).waitFor();
  await bad.getByText(WRITTEN_OUT).waitFor();
  await assertAccessible(page, 'the list of alerts');
  await page.getByRole('button', { name: 'Medium' }).click();
  await page.waitForURL(/severity=medium/);
  await bad.waitFor({ state: 'detached' });
  await page.getByRole('link', { name: 'findings', exact: true }).waitFor();
});

test('text from the wire is only text, on every page that shows it', { skip }, async () => {
  const { page } = await onThePage('/security/network/flows/C00000000000000001');
  const said = page.getByRole('list', { name: 'What was said in it' });
  await said.getByText(WRITTEN_OUT, { exact: true }).first().waitFor();
  assert.doesNotMatch(await said.innerText(), /[\u202e\u001b]/);
  assert.equal(await page.locator('img[src=x]').count(), 0);
  await assertAccessible(page, 'a flow with hostile text');
  await page.goto('/security/network/flows/C00000000000000005');
  await page.getByText('A state that this page does not know.').waitFor();
  await page.getByRole('list', { name: 'History, letter by letter' }).getByText('does not know').first().waitFor();
  await page.goto('/security/network/flows?service=ftp');
  await page.getByText('3 in all, newest first').waitFor();
  assert.doesNotMatch(await page.innerText('body'), /[\u202e\u001b]/);
});

test('a source: its story, the logins it tried, and the command that blocks it', { skip }, async () => {
  const { page } = await onThePage('/security/network');
  await page.getByRole('table', { name: 'Top talkers' }).getByRole('link', { name: INTRUDER }).click();
  await page.waitForURL(/network\/sources\/198\.51\.100\.7/);
  await page.getByRole('heading', { name: INTRUDER }).waitFor();
  const logins = page.getByRole('table', { name: 'Logins it tried' });
  await logins.getByText('Got in').waitFor();
  await logins.getByText(WRITTEN_OUT).first().waitFor();
  await logins.getByText('The secret crossed readable').first().waitFor();
  const command = await shownText(page.getByLabel('Block this address for an hour', { exact: true }));
  assert.match(command, /^sudo holdfast network block 198\.51\.100\.7 --for 1h --why "[a-z ]+"$/);
  await page.getByRole('list', { name: 'Alerts about this address' }).getByText('Somebody guessed').waitFor();
  await assertAccessible(page, 'a source');
  await page.goto('/security/network/sources/2001:db8::1');
  await page.getByText('Nothing of it is stored.').waitFor();
});

test('the overview of security tells of the wire, and what of it nobody saw', { skip }, async () => {
  const { page } = await onThePage('/security');
  const question = page
    .locator('section')
    .filter({ has: page.getByRole('heading', { name: 'Is anything odd on the wire?' }) });
  await question
    .getByRole('list', { name: 'Alerts of the last day, by how bad they are' })
    .getByText('Critical')
    .waitFor();
  assert.notEqual(await question.getAttribute('data-tone'), 'good');
  await page
    .getByText(/The network, seen by Gateway: 1,000 packets lost on the way, 4 packets could not be read\./)
    .waitFor();
});

test('10,000 flows are scrolled through; nothing lies beyond the edge of a phone', { skip }, async () => {
  const gateway = await sensor();
  const start = Math.floor(Date.now() / 1000) - 12_000;
  for (let at = 0; at < 10_000; at += 2500) {
    const conn = Array.from({ length: 2500 }, (_, each) =>
      flowOf(1_000_000 + at + each, start + at + each, {
        'id.resp_p': 7777,
        'id.orig_h': '2001:db8:aaaa:bbbb:cccc:dddd:eeee:1',
      }),
    );
    await gateway.watched({ conn });
  }
  await using phone = await stage.openAs(await admin(), '/security/network/flows?port=7777', {
    viewport: { width: 360, height: 740 },
  });
  const { page } = phone;
  const grid = page.getByRole('grid', { name: 'Flows' });
  await page.getByText('500 so far, newest first; more come as you scroll').waitFor();
  assert.equal(await page.evaluate(isWide), false, 'the list of flows');
  await grid.focus();
  for (let seen = 500; seen < 10_000; seen += 500) {
    await page.keyboard.press('End');
    const next = (seen + 500).toLocaleString('en-GB');
    await page.getByText(new RegExp(`^${next} (so far|in all), newest first`)).waitFor();
  }
  await page.getByText('10,000 in all, newest first').waitFor();
  await page.keyboard.press('End');
  assert.ok((await flowRows(page).count()) < 200, 'only what is in sight is drawn');
  await page.keyboard.press('Enter');
  await page.waitForURL(/C00000000001000000$/);
  await page.getByRole('heading', { name: /:eeee:1\]:/ }).waitFor();
  assert.equal(await page.evaluate(isWide), false, 'a flow');
  for (const path of ['', '/alerts', `/sources/${INTRUDER}`, '?from=2026-01-01T00:00:00Z&to=2026-01-02T00:00:00Z']) {
    await page.goto(`/security/network${path}`);
    await page.getByRole('button', { name: '1 hour' }).waitFor();
    await page.waitForLoadState('networkidle');
    assert.equal(await page.evaluate(isWide), false, path);
  }
});

test('who is no admin sees nothing of the network', { skip }, async () => {
  await admin();
  const grace = await stage.signUp({ name: 'Grace Hopper' });
  await using open = await stage.openAs(grace, '/security/network');
  await open.page.getByText('Only admins see this page').waitFor();
  const answer = await open.page.request.get('/api/v1/network/overview');
  assert.equal(answer.status(), 403);
});
