import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** Where the build puts the web app: beside the bundle, which is one flat folder, or in `dist/` of a checkout. */
export function builtWebFolder(): string {
  const besideBundle = join(import.meta.dirname, 'web');
  return existsSync(besideBundle) ? besideBundle : join(import.meta.dirname, '../../dist/web');
}
