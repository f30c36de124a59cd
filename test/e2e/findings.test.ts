/** Security > Findings: what guards reported over HTTP, and what admins decide about it in the browser. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import type { Page } from 'playwright-core';
import type { FindingReply, FindingsReply } from '../../src/findings/wire.ts';
import { bucketFinding, look } from '../support/clients/guard-over-http.ts';
import type { PersonOverHttp } from '../support/clients/person-over-http.ts';
import { setStage } from '../support/browser/stage.ts';

const stage = setStage();
const { skip } = stage;

const said = (page: Page) => page.getByRole('region', { name: 'What was just done' });
const rows = (page: Page) => page.getByRole('table', { name: 'Findings' }).getByRole('row');
/** The first of the file is the admin. */
const admin = (() => {
  let made: Promise<PersonOverHttp> | undefined;
  return async () => await (made ??= stage.signUp({ name: 'Ada Lovelace' }));
})();

const open = (bucket: string) =>
  bucketFinding(bucket, {
    check: 'bucket-public-read',
    title: `Anybody can read ${bucket}`,
    severity: 'critical',
    evidence: [{ label: 'Statement', value: '{"Principal":"*"} <img src=x onerror=alert(1)>' }],
    rationale: 'Whoever knows a name fetches what lies in it.',
    remedy: 'Block public access.',
    references: [{ standard: 'FSBP', id: 'S3.2', url: 'https://docs.aws.amazon.com/s3' }],
  });
const blind = (bucket: string) =>
  bucketFinding(bucket, {
    check: 'bucket-policy',
    title: `The policy of ${bucket} could not be read`,
    severity: 'high',
    verdict: 'unknown',
  });
const unlogged = (bucket: string) =>
  bucketFinding(bucket, { check: 'bucket-logging', title: `${bucket} keeps no log`, severity: 'low' });

test('before any guard has reported, the page says what will be here and claims no safety', { skip }, async () => {
  const ada = await admin();
  await using watched = await stage.openAs(ada, '/files');
  const { page } = watched;
  await page.getByRole('link', { name: 'Security' }).first().click();
  await page.getByText('Nobody knows: no bucket was looked at.').waitFor();
  await page.getByText('Nobody knows: no host has reported.').waitFor();
  await page.getByText('Nobody knows: nothing watches the network.').waitFor();
  await page.getByRole('navigation', { name: 'Security' }).getByRole('link', { name: 'Findings' }).click();
  await page.getByText('Nothing has been looked at yet').waitFor();
  await page.getByText('says nothing about how safe things are').waitFor();
  assert.equal(await page.getByRole('button', { name: 'Approve the present state' }).isDisabled(), true);
  await page.getByRole('link', { name: 'Rules' }).click();
  await page.getByText('No rules').waitFor();
  await page.getByRole('link', { name: 'Runs' }).click();
  await page.getByText('No guard has looked yet').waitFor();
  // From anywhere to what is open with some words in it.
  await page.keyboard.press('Control+k');
  await page.getByRole('combobox', { name: /^Search.* findings/ }).fill('photos');
  await page.getByRole('option', { name: /^Open findings with “photos”/ }).click();
  await page.waitForURL(/\/security\/findings\?text=photos/);
});

test('whoever is no admin is told so, and nothing is asked of the server for them', { skip }, async () => {
  await admin();
  const grace = await stage.signUp({ name: 'Grace Hopper' });
  await using watched = await stage.openAs(grace, '/security/findings');
  await watched.page.getByText('Only admins see this page').waitFor();
});

test('the worst stands first; filters narrow the list, stand in the address, and go again', { skip }, async () => {
  const ada = await admin();
  await look(ada, [unlogged('logs'), blind('vault'), open('photos')], { scope: 'filters' });
  await using watched = await stage.openAs(ada, '/security/findings');
  const { page } = watched;
  await rows(page).nth(3).waitFor();
  const titles = await rows(page).getByRole('link').allInnerTexts();
  assert.deepEqual(titles, ['Anybody can read photos', 'The policy of vault could not be read', 'logs keeps no log']);
  await page.getByText('1 thing of 3 could not be looked at.').waitFor();

  // The second one before the page has drawn the first.
  await page.getByRole('group', { name: 'Show only' }).evaluate((chips) => {
    for (const chip of chips.querySelectorAll('button')) if (/Critical|Low/.test(chip.textContent)) chip.click();
  });
  await page.waitForURL(/severity=critical%2Clow/);
  await page.getByRole('link', { name: /vault/ }).waitFor({ state: 'detached' });
  await page.reload();
  await rows(page).nth(2).waitFor();
  assert.equal(await rows(page).count(), 3, 'two and the head');

  await page.getByRole('button', { name: 'More filters' }).click();
  await page.getByLabel('Resource').fill('log');
  await page.waitForURL(/resource=log/);
  await page.getByRole('link', { name: /photos/ }).waitFor({ state: 'detached' });
  await page.getByRole('button', { name: 'Clear the filters' }).click();
  await rows(page).nth(3).waitFor();
  await page.getByRole('button', { name: 'More filters' }).click();
  await page.getByLabel('Result').selectOption('Could not look');
  await page.getByRole('link', { name: /photos/ }).waitFor({ state: 'detached' });
  await page.getByRole('button', { name: 'Clear the filters' }).click();

  await page.getByLabel('Words').fill('2049');
  await page.getByText('No finding fits').waitFor();
  await page.getByRole('button', { name: 'Show what is open' }).click();
  await rows(page).nth(3).waitFor();
  assert.equal(await page.getByLabel('Words').inputValue(), '');
  await look(ada, [], { scope: 'filters' });
});

test('one is looked at, accepted until a day, and reopened, with its history', { skip }, async () => {
  const ada = await admin();
  await look(ada, [open('site')], { scope: 'accept' });
  await using watched = await stage.openAs(ada, '/security/findings');
  const { page } = watched;
  await page.getByRole('link', { name: 'Anybody can read site' }).click();
  const drawer = page.getByRole('dialog', { name: 'Anybody can read site' });
  await drawer.getByText('Block public access.').waitFor();
  await drawer.getByText('<img src=x onerror=alert(1)>').waitFor();
  await drawer.getByText('Seen for the first time').waitFor();
  await page.waitForURL(/finding=[0-9a-f]{32}/);

  await drawer.getByRole('button', { name: 'Accept…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Accept this finding' });
  assert.equal(await dialog.getByRole('button', { name: 'Accept it' }).isDisabled(), true, 'a reason is needed');
  await dialog.getByLabel('Why').fill('The public web site');
  await dialog.getByRole('radio', { name: 'Until a day' }).check();
  const next = new Date(Date.now() + 40 * 86_400_000).toISOString().slice(0, 10);
  await dialog.getByLabel('Day', { exact: true }).fill(next);
  await dialog.getByRole('button', { name: 'Accept it' }).click();
  await drawer
    .getByText(/Accepted by @ada/)
    .first()
    .waitFor();
  const { findings } = await ada.ask<FindingsReply>('GET', '/findings?state=accepted');
  const id = findings[0]?.findingId ?? '';
  const { finding } = await ada.ask<FindingReply>('GET', `/findings/${id}`);
  assert.equal(finding.acceptance?.until?.slice(0, 10), next);
  assert.equal(finding.acceptance.reason, 'The public web site');

  await drawer.getByRole('button', { name: 'Reopen…' }).click();
  const reopening = page.getByRole('dialog', { name: 'Reopen this finding' });
  await reopening.getByLabel('Why').fill('It moved');
  await reopening.getByRole('button', { name: 'Reopen it' }).click();
  await drawer.getByText('Opened again').waitFor();
  await drawer.getByRole('button', { name: 'Accept…' }).waitFor();
  await page.goBack();
  await drawer.waitFor({ state: 'detached' });
  await look(ada, [], { scope: 'accept' });
});

test('several are chosen by mouse and keyboard, accepted with one reason, and reopened', { skip }, async () => {
  const ada = await admin();
  await look(ada, [open('one'), open('two'), open('three'), unlogged('four')], { scope: 'bulk' });
  await using watched = await stage.openAs(ada, '/security/findings');
  const { page } = watched;
  await rows(page).nth(4).waitFor();
  const bar = page.getByRole('toolbar', { name: 'With what is chosen' });
  await page.getByRole('checkbox', { name: 'Choose Anybody can read one' }).click();
  await bar.getByText('1 chosen').waitFor();
  await rows(page)
    .getByRole('checkbox')
    .nth(3)
    .click({ modifiers: ['Shift'] });
  const inRange = await rows(page).getByRole('checkbox', { checked: true }).count();
  assert.ok(inRange >= 1);
  await page.getByRole('checkbox', { name: 'Choose everything that is shown' }).click();
  await bar.getByText('4 chosen').waitFor();
  // From the keyboard, and by a filter that takes one out of sight.
  await page.getByRole('link', { name: 'four keeps no log' }).press(' ');
  await bar.getByText('3 chosen').waitFor();
  await page.getByRole('link', { name: 'four keeps no log' }).press(' ');
  await page.getByRole('button', { name: /Critical 3/ }).click();
  await bar.getByText('3 chosen').waitFor();
  await bar.getByRole('button', { name: 'Accept 3…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Accept these 3 findings' });
  await dialog.getByLabel('Why').fill('All of them hold the web site');
  await dialog.getByRole('radio', { name: 'For good' }).check();
  await dialog.getByRole('button', { name: 'Accept them' }).click();
  await said(page).getByText('Accepted 3 findings.').waitFor();
  await bar.waitFor({ state: 'detached' });
  const { findings } = await ada.ask<FindingsReply>('GET', '/findings?state=accepted');
  assert.equal(findings.length, 3);

  await page.goto('/security/findings?state=accepted');
  await rows(page).nth(3).waitFor();
  await page.getByRole('checkbox', { name: 'Choose everything that is shown' }).click();
  await bar.getByRole('button', { name: 'Reopen 3…' }).click();
  const reopening = page.getByRole('dialog', { name: 'Reopen these 3 findings' });
  await reopening.getByLabel('Why').fill('It moved');
  await reopening.getByRole('button', { name: 'Reopen them' }).click();
  await said(page).getByText('Open again: 3 findings.').waitFor();
  await look(ada, [], { scope: 'bulk' });
});

test(
  'a rule made from a finding suppresses it; removing the rule opens it again, and can be undone',
  { skip },
  async () => {
    const ada = await admin();
    await look(ada, [unlogged('test-one'), unlogged('test-two')], { scope: 'rules' });
    await using watched = await stage.openAs(ada, '/security/findings');
    const { page } = watched;
    await page.getByRole('link', { name: 'test-one keeps no log' }).click();
    await page.getByRole('button', { name: 'Suppress by a rule…' }).click();
    const dialog = page.getByRole('dialog', { name: 'Suppress by a rule' });
    assert.equal(await dialog.getByLabel('Check').inputValue(), 'bucket-logging');
    await dialog.getByLabel('Check').fill('');
    await dialog.getByLabel('Resource').fill('');
    await dialog.getByLabel('Why').fill('Test buckets hold nothing real');
    await dialog.getByRole('radio', { name: 'For good' }).check();
    watched.expectTrouble(/status of 422/);
    await dialog.getByRole('button', { name: 'Add the rule' }).click();
    await dialog.getByText('A rule that names nothing would suppress everything').waitFor();
    assert.equal(await dialog.getByLabel('Why').inputValue(), 'Test buckets hold nothing real', 'what was typed stays');
    await dialog.getByLabel('Resource').fill('test-*');
    await dialog.getByRole('button', { name: 'Add the rule' }).click();
    await said(page).getByText('The rule holds: 2 findings suppressed.').waitFor();

    await page.goto('/security/rules');
    await page.getByRole('button', { name: 'Remove the rule for test-*' }).click();
    const note = said(page).getByText('Removed the rule: 2 findings open again.');
    // A note with the mouse on it stays, however long the list takes.
    await note.hover();
    // Gone from the list as well, so that it is seen to come back.
    await page.getByRole('button', { name: 'Remove the rule for test-*' }).waitFor({ state: 'detached' });
    await said(page).getByRole('button', { name: 'Undo' }).click();
    await page.getByRole('button', { name: 'Remove the rule for test-*' }).waitFor();
    const { findings } = await ada.ask<FindingsReply>('GET', '/findings?state=suppressed');
    assert.equal(findings.length, 2);
    await look(ada, [], { scope: 'rules' });
  },
);

test('the present state is approved, so that only what comes new is open', { skip }, async () => {
  const ada = await admin();
  await look(ada, [open('old-one'), unlogged('old-two')], { scope: 'baseline' });
  await using watched = await stage.openAs(ada, '/security/findings?severity=low');
  const { page } = watched;
  await page.getByRole('button', { name: 'Approve the present state' }).click();
  const dialog = page.getByRole('dialog', { name: 'Approve the present state' });
  await dialog.getByText('Severity: low').waitFor();
  await dialog.getByLabel('Why').fill('As we took it over');
  await dialog.getByRole('button', { name: 'Accept all of it' }).click();
  await said(page).getByText('Accepted 1 finding. What comes new from now on is open.').waitFor();
  await page.getByText('No finding fits').waitFor();
  const { findings } = await ada.ask<FindingsReply>('GET', '/findings');
  assert.deepEqual(
    findings.map(({ title }) => title),
    ['Anybody can read old-one'],
  );
  await look(ada, [], { scope: 'baseline' });
});

test('two runs are compared: what came, what went, what is another way', { skip }, async () => {
  const ada = await admin();
  await look(ada, [open('stays'), unlogged('mended')], { scope: 'compared' });
  await look(ada, [open('stays'), blind('fresh')], { scope: 'compared' });
  await using watched = await stage.openAs(ada, '/security/runs');
  const { page } = watched;
  await page.getByRole('link', { name: /^What changed since the run before, Buckets in compared/ }).click();
  await page.getByText('1 new finding, 1 fixed or gone, 0 with another result, 1 as before.').waitFor();
  await page.getByRole('list', { name: 'Fixed or gone' }).getByText('mended keeps no log').waitFor();
  await page.reload();
  await page.getByRole('list', { name: 'New' }).getByRole('link').click();
  await page.getByRole('dialog', { name: 'The policy of fresh could not be read' }).waitFor();
  await look(ada, [], { scope: 'compared' });
});

test('just what the list is narrowed to is exported, in four formats', { skip }, async () => {
  const ada = await admin();
  await look(ada, [open('exported'), unlogged('left-out')], { scope: 'exports' });
  await using watched = await stage.openAs(ada, '/security/findings?severity=critical');
  const { page } = watched;
  await page.getByRole('link', { name: 'Anybody can read exported' }).waitFor();
  const formats = { 'Spreadsheet (CSV)': /^id,severity/, 'Report to print (HTML)': /^<!doctype html>/i };
  const lines = { 'JSON Lines': /^\{"findingId"/, 'For a SIEM (OCSF 1.6)': /"class_uid":2003/ };
  for (const [name, start] of Object.entries({ ...formats, ...lines })) {
    await page.getByRole('button', { name: 'Export' }).click();
    const coming = page.waitForEvent('download');
    await page.getByRole('menuitem', { name }).click();
    const text = await readFile(await (await coming).path(), 'utf8');
    assert.match(text, start, name);
    assert.ok(text.includes('Anybody can read exported') && !text.includes('left-out'), name);
  }
  await look(ada, [], { scope: 'exports' });
});

test(
  'with the keyboard alone: one stop for Tab, arrows from row to row, Enter opens, Escape gives the focus back',
  { skip },
  async () => {
    const ada = await admin();
    await look(ada, [open('first'), blind('second'), unlogged('third')], { scope: 'keys' });
    await using watched = await stage.openAs(ada, '/security/findings');
    const { page } = watched;
    const link = (name: RegExp) => page.getByRole('link', { name });
    await link(/first/).focus();
    await page.keyboard.press('ArrowDown');
    await link(/second/)
      .and(page.locator(':focus'))
      .waitFor();
    await page.keyboard.press('j');
    await link(/third/).and(page.locator(':focus')).waitFor();
    await page.keyboard.press('Tab');
    assert.equal(await page.getByRole('table').locator(':focus').count(), 0, 'the next stop is after the list');
    await page.keyboard.press('Shift+Tab');
    await page.keyboard.press('Home');
    await page.keyboard.press('Enter');
    await page.getByRole('dialog', { name: 'Anybody can read first' }).waitFor();
    await page.keyboard.press('Escape');
    await link(/first/).and(page.locator(':focus')).waitFor();
    await look(ada, [], { scope: 'keys' });
  },
);

test('two hundred and fifty are shown page by page', { skip }, async () => {
  const ada = await admin();
  const many = Array.from({ length: 250 }, (_, at) => unlogged(`bucket-${String(at).padStart(3, '0')}`));
  await look(ada, many, { scope: 'many' });
  await using watched = await stage.openAs(ada, '/security/findings');
  const { page } = watched;
  await rows(page).nth(100).waitFor();
  await page.getByRole('button', { name: 'Show more' }).click();
  await rows(page).nth(200).waitFor();
  await page.getByRole('button', { name: 'Show more' }).click();
  await rows(page).nth(250).waitFor();
  assert.equal(await page.getByRole('button', { name: 'Show more' }).count(), 0);
  await look(ada, [], { scope: 'many' });
});

test('what a guard sent is written out where it would turn the words around it, or not be seen', { skip }, async () => {
  const ada = await admin();
  const title = 'Anybody can read \u202egnp.exe\u001b[31m';
  const evidence = [{ label: 'Key\u0007', value: 'one\u200b\ntwo\u202e' }];
  const hostile = bucketFinding('bad\u202ebucket', { check: 'bucket-public-read', title, severity: 'low', evidence });
  await look(ada, [hostile], { scope: 'hostile' });
  await using watched = await stage.openAs(ada, '/security/findings');
  const { page } = watched;
  const shown = 'Anybody can read \\u{202e}gnp.exe\\u{1b}[31m';
  const row = rows(page).filter({ hasText: 'gnp.exe' });
  await row.getByText('bad\\u{202e}bucket').last().waitFor();
  await page.getByRole('link', { name: shown, exact: true }).click();
  const drawer = page.getByRole('dialog', { name: shown });
  await drawer.getByText('Key\\u{7}').waitFor();
  assert.equal(await drawer.locator('pre').innerText(), 'one\\u{200b}\ntwo\\u{202e}', 'lines stay apart');
  assert.doesNotMatch(await page.innerText('body'), /[\u202e\u001b\u0007\u200b]/);
});
