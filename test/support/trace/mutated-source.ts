/**
 * Loaded before a program (`--import`): gives it one of its source files with another line in it, from outside and
 * without touching the file. `MUTATED_FILE` is its address, `MUTATED_LINE` counts from 1, `MUTATED_TEXT` stands there
 * instead; a file named MUTATED_SEEN is made once the file is loaded.
 */
import { writeFileSync } from 'node:fs';
import { registerHooks } from 'node:module';

const { MUTATED_FILE: file, MUTATED_LINE: line, MUTATED_TEXT: text, MUTATED_SEEN: seen } = process.env;

if (file !== undefined && line !== undefined && text !== undefined && seen !== undefined) {
  registerHooks({
    load(url, context, next) {
      const loaded = next(url, context);
      if (url !== file || loaded.source === null || loaded.source === undefined) return loaded;
      const source =
        typeof loaded.source === 'string' ? loaded.source : Buffer.from(loaded.source as Uint8Array).toString();
      writeFileSync(seen, '');
      return {
        ...loaded,
        source: source
          .split('\n')
          .with(Number(line) - 1, text)
          .join('\n'),
      };
    },
  });
}
