/** axe-core over a page as it stands. */
import assert from 'node:assert/strict';
import axe, { type AxeResults } from 'axe-core';
import type { Page } from 'playwright-core';

/**
 * Fails when axe finds anything, in light by all its rules and in dark by those that colours matter to. The page's policy
 * lets no foreign script in, so that its browser profile must have been opened with `bypassCSP`; tests of the policy
 * itself use another.
 */
export async function assertAccessible(page: Page, what: string): Promise<void> {
  const found = [];
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    await page.waitForFunction(`getComputedStyle(document.documentElement).colorScheme === '${colorScheme}'`);
    // Of what is half faded in, the contrast means nothing.
    await page.evaluate('Promise.allSettled(document.getAnimations().map((each) => each.finished))');
    if ((await page.evaluate('typeof axe')) === 'undefined') await page.evaluate(axe.source);
    const rules = colorScheme === 'light' ? {} : { runOnly: ['color-contrast', 'link-in-text-block'] };
    const options = { ...rules, resultTypes: ['violations'] };
    const results = (await page.evaluate(`axe.run(document, ${JSON.stringify(options)})`)) as AxeResults;
    for (const { id, help, nodes } of results.violations) {
      for (const { target, failureSummary } of nodes) {
        found.push(`${colorScheme}: ${id} (${help}) at ${target.join(' ')}: ${failureSummary ?? ''}`);
      }
    }
  }
  assert.deepEqual(found, [], `axe finds nothing on ${what}`);
}
