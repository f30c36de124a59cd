/** Something that a page asks for and that comes late, as over a slow line: the rest of the page has to do without it meanwhile. */
import type { Page } from 'playwright-core';

export interface HeldBack {
  /** The page has asked for it. */
  readonly asked: Promise<void>;
  /** It comes now. */
  letGo(): void;
}

/** `path`: of the address, as in `/assets/keys-dialog-`. `method`: any, unless one is named. */
export async function holdBack(page: Page, path: RegExp, method?: string): Promise<HeldBack> {
  const asked = Promise.withResolvers<void>();
  const coming = Promise.withResolvers<void>();
  await page.route(
    ({ pathname }) => path.test(pathname),
    async (route) => {
      if (method === undefined || route.request().method() === method) {
        asked.resolve();
        await coming.promise;
      }
      await route.fallback();
    },
  );
  return { asked: asked.promise, letGo: () => coming.resolve() };
}
