import type { Page } from 'playwright-core';

/**
 * Drags files and folders of this machine over the page and lets them go in its middle, as the desktop does: the browser
 * makes the DataTransfer. `paths` are absolute.
 */
export async function dropFiles(page: Page, paths: readonly string[]): Promise<void> {
  const size = page.viewportSize();
  if (!size) throw new Error('Drop files: the page has no size');
  const at = { x: Math.round(size.width / 2), y: Math.round(size.height / 2) };
  const session = await page.context().newCDPSession(page);
  const data = { items: [], files: [...paths], dragOperationsMask: 1 };
  for (const type of ['dragEnter', 'dragOver', 'drop'] as const) {
    await session.send('Input.dispatchDragEvent', { type, ...at, data });
  }
  await session.detach();
}
