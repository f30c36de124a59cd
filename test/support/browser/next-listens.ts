import type { Page } from 'playwright-core';

/** Until the next page in this tab hears what is said in a room. */
export async function nextListens(page: Page, roomId: string): Promise<void> {
  const socket = await page.waitForEvent('websocket');
  await socket.waitForEvent('framereceived', {
    predicate: ({ payload }) => payload.includes('"subscribed"') && payload.includes(roomId),
  });
}
