/**
 * Loaded before a program (`--import`) and before each of its threads, which have no environment: gives it one of its source
 * files with another line in it, from outside and without touching the file. What is asked for stands in the address that this
 * file is loaded by: `file` is the address of the source, `line` counts from 1, `text` stands there instead; a file named
 * `seen` is made once the source is loaded.
 */
import { writeFileSync } from 'node:fs';
import { registerHooks } from 'node:module';

const { searchParams: asked } = new URL(import.meta.url);
const [file, line, text, seen] = ['file', 'line', 'text', 'seen'].map((name) => asked.get(name) ?? '');

if (file && line && text !== undefined && seen) {
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
