import type { Locator } from 'playwright-core';

/** What somebody reads there, once it is drawn: what is in the page and not drawn yet has no text. */
export async function shownText(where: Locator): Promise<string> {
  await where.waitFor();
  return await where.innerText();
}
