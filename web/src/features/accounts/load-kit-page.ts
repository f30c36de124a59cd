/** Before a kit is made: it is shown once, and nobody would see it where the page for it did not come. Throws what an import throws. */
export async function loadKitPage(): Promise<void> {
  await import('./kit-page.tsx');
}
