/** The texts of the licences of what a build carries inside: every licence asks that its text travels with the code. */
import { readFileSync, readdirSync } from 'node:fs';
import { resolve } from 'node:path';

/** The folders of the packages that these files lie in; files of our own have none. */
export function packagesOf(files: readonly string[]): string[] {
  const folders = files.flatMap((path) => {
    const at = path.lastIndexOf('node_modules/');
    const [first = '', second = ''] = path.slice(at + 'node_modules/'.length).split('/');
    if (at < 0) return [];
    return [`${path.slice(0, at)}node_modules/${first.startsWith('@') ? `${first}/${second}` : first}`];
  });
  return [...new Set(folders)].toSorted();
}

/** Throws when a package states none. */
export function licencesOf(root: string, folders: readonly string[]): string {
  return folders
    .map((folder) => {
      const { name, version, license } = JSON.parse(readFileSync(resolve(root, folder, 'package.json'), 'utf8')) as {
        name: string;
        version: string;
        license?: string;
      };
      const files = readdirSync(resolve(root, folder)).filter((file) => /^(licen[cs]e|notice|copying)/i.test(file));
      const texts = files.toSorted().map((file) => readFileSync(resolve(root, folder, file), 'utf8').trim());
      if (texts.length === 0 && license === undefined) throw new Error(`${folder} states no licence`);
      return [`${name} ${version} (${license ?? 'see below'})`, ...texts].join('\n\n');
    })
    .join(`\n\n${'-'.repeat(100)}\n\n`);
}
