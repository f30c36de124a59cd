/** Data folders that releases left behind, made by scripts/release-data.ts, and what has to be found in them. */
import { createHash } from 'node:crypto';
import { cpSync, globSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';

const RELEASES = join(import.meta.dirname, '../../vectors/releases');

export interface Expected {
  /** When: what has a time to live is alive shortly after. */
  readonly madeMs: number;
  /** Of everybody in it. */
  readonly password: string;
  /** Of Ada, who is the admin. */
  readonly email: string;
  readonly recoveryKey: string;
  /** Of Ada, for files. */
  readonly appPassword: string;
  readonly handles: readonly string[];
  /** By path in Ada's drive: {@link digestOf} the text of each version, the oldest first. */
  readonly files: Readonly<Record<string, readonly string[]>>;
  /** In the room that is there from the start. */
  readonly messages: readonly string[];
  /** The check of an open finding. */
  readonly finding: string;
  /** One of those that a capture brought, with what was said in it. */
  readonly flow: { readonly uid: string; readonly service: string };
}

export function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

export interface Release {
  readonly version: string;
  readonly expected: Expected;
  /** Puts a copy there, which a server may change. */
  copyTo(folder: string): void;
}

export function releases(): readonly Release[] {
  return globSync('*/expected.json', { cwd: RELEASES })
    .toSorted()
    .map((path) => {
      const folder = join(RELEASES, path, '..');
      return {
        version: basename(folder),
        expected: JSON.parse(readFileSync(join(RELEASES, path), 'utf8')) as Expected,
        copyTo: (to) => cpSync(join(folder, 'workspace'), to, { recursive: true }),
      };
    });
}
