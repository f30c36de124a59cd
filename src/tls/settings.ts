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
  acmeRetryMs: {
    unit: 'ms',
    default: 900_000,
    min: 900_000,
    max: 86_400_000,
    reason:
      'After a failure; doubled with each further one. Let’s Encrypt takes five failures an hour for a name, and four fit.',
  },
  acmeRetryMaxMs: {
    unit: 'ms',
    default: 86_400_000,
    min: 900_000,
    max: 604_800_000,
    reason:
      'A third of the time of a certificate is left for its renewal: also of six days, that is two attempts and more.',
  },
  acmePatienceMs: {
    unit: 'ms',
    default: 180_000,
    min: 10_000,
    max: 3_600_000,
    reason: 'Authorities look from several places and sign within a minute.',
  },
  acmeRequestTimeoutMs: {
    unit: 'ms',
    default: 30_000,
    min: 1000,
    max: 300_000,
    reason: 'One request to the authority, whose answers are small.',
  },
} as const satisfies Record<string, SettingEntry>;
