/**
 * Limits and other numbers somebody may want to change are named settings: unit, default, range and reason stand
 * together in a feature's `settings.ts`, `config/` reads them from the environment, docs/settings.md lists them
 * (a test compares).
 */

export interface SettingEntry {
  readonly unit: 'bytes' | 'ms' | 'count' | 'KiB';
  readonly default: number;
  readonly min: number;
  readonly max: number;
  /** Why this default, in one sentence. */
  readonly reason: string;
}

export type Settings<Entries> = { readonly [Name in keyof Entries]: number };

/** The default of every entry, overridden by `values`; for tests and for wiring. */
export function settingsOf<Entries extends Record<string, SettingEntry>>(
  entries: Entries,
  values: Partial<Record<keyof Entries, number>> = {},
): Settings<Entries> {
  const defaults = Object.fromEntries(Object.entries(entries).map(([name, entry]) => [name, entry.default]));
  return { ...defaults, ...values };
}

/** `uploadStallTimeoutMs` -> `HOLDFAST_UPLOAD_STALL_TIMEOUT_MS`. */
export function environmentName(setting: string): string {
  return `HOLDFAST_${setting.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`;
}
