/** Writes the pages that are made from the code: `npm run docs`. A test compares them with what is committed. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { errorsPage } from './pages/errors-page.ts';
import { formatted } from './pages/formatted.ts';
import { settingsPage } from './pages/settings-page.ts';
import { verbsPage } from './pages/verbs-page.ts';

const ROOT = join(import.meta.dirname, '..');

/** Path in the repository -> text. */
export async function writtenPages(): Promise<Map<string, string>> {
  const pages = new Map([
    ['docs/errors.md', await errorsPage()],
    ['docs/settings.md', await settingsPage()],
    ['docs/verbs.md', await verbsPage()],
  ]);
  return new Map([...pages].map(([path, text]) => [path, formatted(path, text)]));
}

if (import.meta.main) {
  for (const [path, text] of await writtenPages()) writeFileSync(join(ROOT, path), text);
}
