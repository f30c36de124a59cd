import type { SettingEntry, Settings } from '../base/settings.ts';

const MINUTE = 60_000;

export const auditSettings = {
  auditLinkMs: {
    unit: 'ms',
    default: 2000,
    min: 100,
    max: 10 * MINUTE,
    reason:
      'How often new events are linked into the signed chain; until then somebody who writes the database could still drop one.',
  },
  auditHeadMs: {
    unit: 'ms',
    default: MINUTE,
    min: 1000,
    max: 24 * 60 * MINUTE,
    reason:
      'How often the signed head of the chain goes to both stores while events arrive; a cut-off end shows up to the last one.',
  },
  auditNoteMs: {
    unit: 'ms',
    default: 1000,
    min: 50,
    max: MINUTE,
    reason: 'How long reads and refusals are collected before they are written; a crash loses at most these.',
  },
  auditNotesKept: {
    unit: 'count',
    default: 10_000,
    min: 100,
    max: 1_000_000,
    reason: 'Reads and refusals that may wait while the records do not answer; further ones are counted and dropped.',
  },
  auditRepeatMs: {
    unit: 'ms',
    default: 10 * MINUTE,
    min: 0,
    max: 24 * 60 * MINUTE,
    reason:
      'One session reading one version again within this time is one event: players and viewers ask in many parts.',
  },
  auditLeaseMs: {
    unit: 'ms',
    default: 15_000,
    min: 1000,
    max: 10 * MINUTE,
    reason: 'Another server takes the linking over when the one that was at it is silent for longer.',
  },
} as const satisfies Record<string, SettingEntry>;

export type AuditSettings = Settings<typeof auditSettings>;
