/**
 * A program in one CommonJS file, which can be run together with its compiled code (src/entry/kept-code.js). Modules that
 * are imported on use stay files of their own, those of the split build, as long as that can make no difference: packages,
 * and modules of ours that only hand packages on. All else of ours is in the file, since what it remembers is there once.
 */
import { build, type Metafile, type Plugin } from 'esbuild';
import { readFileSync, writeFileSync } from 'node:fs';
import { basename, join, relative } from 'node:path';
import { withChanges } from './changes.ts';

/** Imported on use, and used at each start. */
const AT_EACH_START = ['pino', 'cookie'];

/** `import.meta` of every module is that of cli.js, which lies in the same folder. */
const IMPORT_META = `const bundledMeta = { dirname: __dirname, url: require('node:url').pathToFileURL(require('node:path').join(__dirname, 'cli.js')).href };`;

/**
 * What is imported on use is asked of whoever runs the file: in such code Node itself imports as an experiment only. JSON
 * is a module like any other by then, and says no longer that it is none.
 */
const IMPORT_ON_USE = /\bimport\(("(?:\.\/|node:)[^"]+")(?:,\{with:\{type:"json"\}\})?\)/g;

export interface OneFile {
  readonly root: string;
  /** From the root. */
  readonly entry: string;
  /** The build of the same sources in files that load on use. */
  readonly split: Metafile;
  readonly folder: string;
  readonly name: string;
}

export async function buildOneFile({ root, entry, split, folder, name }: OneFile): Promise<Metafile> {
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: [entry],
    outfile: join(folder, name),
    bundle: true,
    format: 'cjs',
    platform: 'node',
    target: 'node24',
    // Read as Latin-1, without decoding.
    charset: 'ascii',
    minifySyntax: true,
    minifyWhitespace: true,
    legalComments: 'none',
    define: { 'import.meta.url': 'bundledMeta.url', 'import.meta.dirname': 'bundledMeta.dirname' },
    banner: { js: IMPORT_META },
    metafile: true,
    plugins: [onUse(root, split), withChanges],
    logLevel: 'warning',
  });
  const path = join(folder, name);
  const text = readFileSync(path, 'latin1');
  const found = text.match(IMPORT_ON_USE)?.length ?? 0;
  const imports = Object.values(metafile.outputs)[0]?.imports.filter(({ kind }) => kind === 'dynamic-import') ?? [];
  if (found < new Set(imports.map((each) => each.path)).size) {
    throw new Error(`Build ${name}: ${imports.length} imports on use, but ${found} of them are in the text`);
  }
  writeFileSync(path, text.replaceAll(IMPORT_ON_USE, 'importBeside($1)'), 'latin1');
  return metafile;
}

function onUse(root: string, split: Metafile): Plugin {
  const files = new Map(
    Object.entries(split.outputs).flatMap(([path, { entryPoint }]) =>
      entryPoint !== undefined && handsPackagesOn(entryPoint, split) ? [[entryPoint, basename(path)] as const] : [],
    ),
  );
  return {
    name: 'on-use',
    setup(building) {
      building.onResolve({ filter: /./ }, async ({ kind, path, resolveDir, pluginData }) => {
        if (kind !== 'dynamic-import' || pluginData === onUse || AT_EACH_START.includes(path)) return null;
        const found = await building.resolve(path, { kind, resolveDir, pluginData: onUse });
        const file = files.get(relative(root, found.path));
        return file === undefined ? null : { path: `./${file}`, external: true };
      });
    },
  };
}

/** JSON remembers nothing either. */
function handsPackagesOn(path: string, { inputs }: Metafile): boolean {
  const isPackage = (each: string): boolean => each.startsWith('node_modules/');
  const imports = inputs[path]?.imports ?? [];
  return (
    isPackage(path) || path.endsWith('.json') || (imports.length > 0 && imports.every((each) => isPackage(each.path)))
  );
}
