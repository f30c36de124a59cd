import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** `minor`: what was made lately, in about a millisecond. `major`: everything, in a tenth of a second for 100 MiB. */
export type Collect = (options: { readonly type: 'minor' | 'major' }) => void;

/** V8's own collection, on demand. Not at start: it changes a flag, and what V8 compiled before is compiled again. */
export function garbageCollector(): Collect {
  setFlagsFromString('--expose-gc');
  return runInNewContext('gc') as Collect;
}
