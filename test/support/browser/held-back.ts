/** Something that a page asks for and that comes late, as over a slow line: the rest of the page has to do without it meanwhile. */
import type { Page, Route } from 'playwright-core';

export interface HeldBack {
  /** The page has asked for it. */
  readonly asked: Promise<void>;
  /** It comes now. */
  letGo(): void;
}

/** `path`: of the address, as in `/assets/keys-dialog-`. `method`: any, unless one is named. */
export async function holdBack(page: Page, path: RegExp, method?: string): Promise<HeldBack> {
  return await hold(page, path, method, async (route, { asked, coming }) => {
    asked();
    await coming;
    await route.fallback();
  });
}

/** The server has done what it was asked for, and only its answer comes late; it counts as asked for once it is done. */
export async function holdBackAnswer(page: Page, path: RegExp, method?: string): Promise<HeldBack> {
  return await hold(page, path, method, async (route, { asked, coming }) => {
    const response = await route.fetch();
    asked();
    await coming;
    await route.fulfill({ response });
  });
}

type Handle = (route: Route, at: { readonly asked: () => void; readonly coming: Promise<void> }) => Promise<void>;

async function hold(page: Page, path: RegExp, method: string | undefined, handle: Handle): Promise<HeldBack> {
  const asked = Promise.withResolvers<void>();
  const coming = Promise.withResolvers<void>();
  await page.route(
    ({ pathname }) => path.test(pathname),
    async (route) => {
      if (method !== undefined && route.request().method() !== method) await route.fallback();
      else await handle(route, { asked: asked.resolve, coming: coming.promise });
    },
  );
  return { asked: asked.promise, letGo: () => coming.resolve() };
}
