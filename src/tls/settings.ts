import type { SettingEntry } from '../base/settings.ts';

/** How the certificate of the server is kept up to date. */
export const tlsSettings = {
  tlsCheckMs: {
    unit: 'ms',
    default: 10_000,
    min: 100,
    max: 3_600_000,
    reason: 'How soon changed files of the certificate are taken up; two small files are read each time.',
  },
} as const satisfies Record<string, SettingEntry>;
