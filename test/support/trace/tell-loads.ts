/** For `node --import`: writes what a program has loaded into the file of `TELL_LOADS` when the program ends. */
import { writeFileSync } from 'node:fs';
import { registerHooks } from 'node:module';

export interface Loads {
  /** File URLs, in order. */
  readonly files: readonly string[];
  /** What Node has loaded of its own, as it names it. */
  readonly builtins: readonly string[];
}

const files: string[] = [];
registerHooks({
  load(url, context, next) {
    if (url.startsWith('file:')) files.push(url);
    return next(url, context);
  },
});
process.once('exit', () => {
  const { moduleLoadList = [] } = process as { readonly moduleLoadList?: string[] };
  const builtins = moduleLoadList.map((name) => name.replace('NativeModule ', ''));
  writeFileSync(process.env['TELL_LOADS'] ?? '', JSON.stringify({ files, builtins } satisfies Loads));
});
