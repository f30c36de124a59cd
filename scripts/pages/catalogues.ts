/** Finds every error catalogue and settings catalogue in src/, so that no page has to list the features by hand. */
import { globSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { ErrorEntry } from '../../src/base/errors.ts';
import type { SettingEntry } from '../../src/base/settings.ts';

const ROOT = join(import.meta.dirname, '../..');

/** A catalogue and the feature folder it stands in. */
export interface Found<Entry> {
  readonly feature: string;
  readonly path: string;
  readonly entries: Readonly<Record<string, Entry>>;
}

async function exportsOf(pattern: string): Promise<{ path: string; feature: string; values: unknown[] }[]> {
  const paths = globSync(pattern, { cwd: ROOT }).filter((path) => !path.endsWith('.test.ts'));
  return await Promise.all(
    paths.toSorted().map(async (path) => {
      const loaded = (await import(pathToFileURL(join(ROOT, path)).href)) as Record<string, unknown>;
      return { path, feature: path.split('/')[1] ?? '', values: Object.values(loaded) };
    }),
  );
}

function isCatalogue(value: unknown): value is { readonly entries: Readonly<Record<string, ErrorEntry>> } {
  return typeof value === 'function' && 'entries' in value;
}

function isSettings(value: unknown): value is Readonly<Record<string, SettingEntry>> {
  if (typeof value !== 'object' || value === null) return false;
  const entries = Object.values(value as Record<string, unknown>);
  return (
    entries.length > 0 && entries.every((entry) => typeof entry === 'object' && entry !== null && 'reason' in entry)
  );
}

/** Whatever `errorCatalogue` made in a file named errors.ts or something-errors.ts. */
export async function errorCatalogues(): Promise<Found<ErrorEntry>[]> {
  const files = await exportsOf('src/**/*errors.ts');
  return files.flatMap(({ path, feature, values }) =>
    values.filter(isCatalogue).map(({ entries }) => ({ path, feature, entries })),
  );
}

/** Whatever looks like settings in a file named settings.ts; those of a room that its feature takes in stand with the feature. */
export async function settingsCatalogues(): Promise<Found<SettingEntry>[]> {
  const files = await exportsOf('src/**/*settings.ts');
  const all = files
    .filter(({ feature }) => feature !== 'config')
    .flatMap(({ path, feature, values }) => values.filter(isSettings).map((entries) => ({ path, feature, entries })));
  const isTakenInto = (one: Found<SettingEntry>, other: Found<SettingEntry>): boolean =>
    one !== other && Object.entries(one.entries).every(([name, entry]) => other.entries[name] === entry);
  return all.filter((one) => !all.some((other) => isTakenInto(one, other)));
}
