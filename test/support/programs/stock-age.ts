/** The `age` tools of other people, as `npm run services:install` sets them up. */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

const BUILT = join(import.meta.dirname, '../../../.services/bin');

export interface StockAge {
  readonly path: string;
  readonly version: string;
  /** Why tests that need it cannot run; `false`: they can. What `skip` of node:test takes. */
  readonly skip: string | false;
}

/**
 * `new`: 1.3, reads both suites. `debian`: 1.1, what people already have, reads `classic` only. Where
 * HOLDFAST_SERVICES=required is set a missing tool throws, so that CI cannot pass by skipping.
 */
export function stockAge(which: 'new' | 'debian'): StockAge {
  const path = which === 'new' ? join(BUILT, 'age') : '/usr/bin/age';
  if (existsSync(path)) {
    return { path, version: execFileSync(path, ['--version'], { encoding: 'utf8' }).trim(), skip: false };
  }
  const reason = `${path} is missing; npm run services:install sets it up`;
  if (process.env['HOLDFAST_SERVICES'] === 'required') throw new Error(reason);
  return { path, version: 'none', skip: reason };
}
