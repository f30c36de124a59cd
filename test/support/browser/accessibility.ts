/** axe-core over a page as it stands. */
import assert from 'node:assert/strict';
import axe, { type AxeResults } from 'axe-core';
import type { Page } from 'playwright-core';

/**
 * Fails when axe finds anything. The page's policy lets no foreign script in, so that its browser profile must have been
 * opened with `bypassCSP`; tests of the policy itself use another.
 */
export async function assertAccessible(page: Page, what: string): Promise<void> {
  // Of what is half faded in, the contrast means nothing.
  await page.evaluate('Promise.allSettled(document.getAnimations().map((each) => each.finished))');
  await page.evaluate(axe.source);
  const results = (await page.evaluate('axe.run(document, { resultTypes: ["violations"] })')) as AxeResults;
  const found = results.violations.flatMap(({ id, help, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id} (${help}) at ${target.join(' ')}: ${failureSummary ?? ''}`),
  );
  assert.deepEqual(found, [], `axe finds nothing on ${what}`);
}
