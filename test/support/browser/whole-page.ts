import assert from 'node:assert/strict';
import { setTimeout as wait } from 'node:timers/promises';
import type { WatchedPage } from './watched-page.ts';

/** Each part that the page has asked for, those too that it asks for as it is drawn, and the service worker. */
const IS_WHOLE = `(async () => {
  const until = Date.now() + 30_000;
  const parts = () => [...document.querySelectorAll('link[rel=modulepreload], link[rel=stylesheet]')];
  const areHere = () => parts().every(({ href }) => performance.getEntriesByName(href).length > 0);
  while (!areHere() && Date.now() < until) await new Promise((resolve) => setTimeout(resolve, 20));
  const tooLate = new Promise((resolve) => setTimeout(resolve, until - Date.now(), false));
  return areHere() && (await Promise.race([navigator.serviceWorker.ready, tooLate])) !== false;
})()`;
/** So long nothing is asked for any more. */
const QUIET_MS = 100;

/**
 * Until somebody who is logged in has all that a page fetches by itself, and hears what is new. Whoever breaks the line earlier
 * breaks that as well.
 */
export async function untilWhole({ page, listens, underWay }: WatchedPage): Promise<void> {
  await page.getByRole('navigation', { name: 'Main' }).waitFor();
  assert.equal(await page.evaluate(IS_WHOLE), true, 'all parts of the page have come');
  await listens;
  const until = Date.now() + 30_000;
  for (let quiet = 0; quiet < QUIET_MS;) {
    assert.ok(Date.now() < until, `has come: ${underWay().join(', ')}`);
    await wait(20);
    quiet = underWay().length === 0 ? quiet + 20 : 0;
  }
}
