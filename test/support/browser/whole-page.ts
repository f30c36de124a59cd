import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';

/** Each part that the page has asked for, those too that it asks for as it is drawn, and the service worker. */
const IS_WHOLE = `(async () => {
  const parts = () => [...document.querySelectorAll('link[rel=modulepreload]')];
  const areHere = () => parts().every(({ href }) => performance.getEntriesByName(href).length > 0);
  for (const until = Date.now() + 30_000; !areHere() && Date.now() < until; ) {
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  await navigator.serviceWorker.ready;
  return areHere();
})()`;

/**
 * Until somebody who is logged in has all that a page fetches by itself. Whoever breaks the line earlier breaks that as well.
 */
export async function untilWhole(page: Page): Promise<void> {
  await page.getByRole('navigation', { name: 'Main' }).waitFor();
  assert.equal(await page.evaluate(IS_WHOLE), true, 'all parts of the page have come');
}
