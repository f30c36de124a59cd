/** What a check shares with others of its kind, for whoever wants to read all that it runs. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { scripts } from '../scripts.ts';

export interface SharedPart {
  /** `native/mysql.sh` */
  readonly name: string;
  readonly script: string;
}

/** Those that `script` reads in beside itself; not the prelude, which is for all of them. */
export function sharedParts(script: string): readonly SharedPart[] {
  const names = script.matchAll(/^\. "\$\{0%\/\*\}\/([\w-]+\.sh)"$/gm);
  return [...names].map(([, name = '']) => ({
    name: `native/${name}`,
    script: readFileSync(join(scripts.native, name), 'utf8'),
  }));
}
