/** How moderation looks over HTTP. */
import { timestamp } from '../../base/clock.ts';
import type { Act } from '../moderation/acts.ts';
import type { Flagged } from '../moderation/filter/filter.ts';
import { listNames } from '../moderation/filter/word-lists.ts';
import { explanationOf } from '../moderation/flagged.ts';
import type { HiddenMessage } from '../moderation/hide.ts';
import type { RoomRules } from '../moderation/moderation.ts';
import type { ListedReport } from '../moderation/reports.ts';
import type { Restriction } from '../moderation/rules.ts';
import type { ActView, HiddenView, ReportView, RulesView } from '../moderation/wire.ts';
import { nameOf } from '../messages/content.ts';
import { isAtLeast } from '../rooms/roles.ts';

const NO_FILTER = { mode: 'off', lists: [], words: [], allowed: [] } as const;

/** Words of the room's own are for moderators: a list of slurs is no reading for everybody. */
export function rulesView({ room, role, inForce }: RoomRules, accountId: string): RulesView {
  const isModerator = isAtLeast(role, 'moderator');
  const { mode, lists, words, allowed } = room.rules.filter ?? NO_FILTER;
  const own = ({ who }: Restriction): boolean => 'accountId' in who && who.accountId === accountId;
  return {
    slowSeconds: room.rules.slowMs === undefined ? null : room.rules.slowMs / 1000,
    filter: {
      ...{ mode, lists: [...lists] },
      words: isModerator ? [...words] : [],
      allowed: isModerator ? [...allowed] : [],
    },
    availableLists: [...listNames],
    restrictions: inForce.filter((each) => isModerator || own(each)).map(restrictionView),
  };
}

function restrictionView({ restrictionId, what, who, name, untilMs, reason, by, atMs }: Restriction) {
  return {
    ...{ restrictionId, what, name, reason },
    accountId: 'accountId' in who ? who.accountId : null,
    visitor: 'visitor' in who,
    untilTime: timestamp(untilMs),
    byAccountId: by,
    time: timestamp(atMs),
  };
}

/** To whom it concerns it is not said which moderator it was. */
export function actView(
  { roomId, room, act }: { readonly roomId: string; readonly room: string; readonly act: Act },
  isForModerators: boolean,
): ActView {
  const { what, atMs, by, accountId, name, sequence, untilMs, reason } = act;
  return {
    ...{ roomId, room, what, accountId, name, sequence, reason },
    time: timestamp(atMs),
    by: isForModerators ? by.handle : null,
    untilTime: untilMs === null ? null : timestamp(untilMs),
  };
}

export function hiddenView({ text, by, reason, atMs, proof, isSame }: HiddenMessage): HiddenView {
  return { text, by, reason, time: timestamp(atMs), proof, same: isSame };
}

export function reportView({ reportId, report, open }: ListedReport): ReportView {
  if (!report) return { reportId, open, report: null };
  const { roomId, room, sequence, author, saidMs, text, files = [], proof, by, reason, atMs, resolved } = report;
  return {
    ...{ reportId, open },
    report: {
      ...{ roomId, room, sequence, text, proof, reason },
      files: files.map(({ name, size }) => ({ name, size })),
      author: {
        accountId: 'accountId' in author ? author.accountId : null,
        name: nameOf(author),
        mark: 'bot' in author ? 'bot' : 'visitor' in author ? 'visitor' : 'program' in author ? 'program' : null,
      },
      saidTime: timestamp(saidMs),
      byAccountId: by.accountId,
      byHandle: by.handle,
      time: timestamp(atMs),
      resolved: resolved
        ? { by: resolved.by.handle, outcome: resolved.outcome, note: resolved.note, time: timestamp(resolved.atMs) }
        : null,
    },
  };
}

export function flaggedView(flagged: Flagged) {
  const { mode, words } = flagged;
  return { mode, words: [...words], explanation: explanationOf(flagged) };
}
