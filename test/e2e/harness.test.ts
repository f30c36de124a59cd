import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Page } from 'playwright-core';
import { assertAccessible } from '../support/browser/accessibility.ts';
import { setStage } from '../support/browser/stage.ts';

const stage = setStage();
const { skip } = stage;

/** What the watch says when the page is closed. */
async function complaintOf(spoil: (page: Page) => Promise<unknown>): Promise<string> {
  const watched = await stage.open();
  await watched.page.goto('/');
  await spoil(watched.page);
  const closed = (async () => await watched[Symbol.asyncDispose]())();
  return await closed.then(
    () => '',
    (error: Error) => error.message,
  );
}

test('a page without a fault passes', { skip }, async () => {
  assert.equal(await complaintOf(async (page) => await page.title()), '');
});

test('an error in the console fails the test', { skip }, async () => {
  assert.match(await complaintOf(async (page) => await page.evaluate(`console.error('spoilt')`)), /console: spoilt/);
});

test('an exception that nobody caught fails the test', { skip }, async () => {
  const complaint = await complaintOf(async (page) => {
    const seen = page.context().waitForEvent('weberror');
    await page.evaluate(`setTimeout(() => { throw new Error('nobody caught me'); })`);
    await seen;
  });
  assert.match(complaint, /exception: .*nobody caught me/);
});

test('a request to another origin fails the test, and never leaves', { skip }, async () => {
  const complaint = await complaintOf(async (page) => {
    const seen = page
      .context()
      .waitForEvent('request', (request) => request.url().startsWith('http://elsewhere.example/'));
    await page.evaluate(`new Image().src = 'http://elsewhere.example/pixel.png'`);
    await seen;
  });
  assert.match(complaint, /another origin: http:\/\/elsewhere\.example/);
});

test('trouble that was expected and does not come fails the test', { skip }, async () => {
  const watched = await stage.open();
  watched.expectTrouble(/status of 401/);
  await assert.rejects(async () => await watched[Symbol.asyncDispose](), /on purpose/);
});

test('axe sees a button without a name', { skip }, async () => {
  await using watched = await stage.open({ bypassCSP: true });
  await watched.page.goto('/');
  await watched.page.getByRole('main').waitFor();
  await watched.page.evaluate(`document.querySelector('main').append(document.createElement('button'))`);
  await assert.rejects(async () => await assertAccessible(watched.page, 'the spoilt page'), /button-name/);
});
