/**
 * Reports: somebody who can read a message hands a copy of it to those who decide. It goes to the moderators of the room,
 * under the room's key; or, of a conversation and where the reporter says so, to the admins of the workspace, each of whom
 * gets the key of the copy wrapped. Nothing else of a conversation is opened by it.
 */
import { createSecretKey, type KeyObject, randomBytes } from 'node:crypto';
import { actorOf } from '../../base/audit-event.ts';
import { hasCode } from '../../base/errors.ts';
import { seal, unseal } from '../../base/crypto/sealed-box.ts';
import type { RecordItem } from '../../storage/index.ts';
import type { Caller, ChatDeps } from '../chat-deps.ts';
import { chatErrors } from '../errors.ts';
import type { Place } from '../messages/change-message.ts';
import { type Attachment, type Author, type RoomEvent, textKept, textOf } from '../messages/content.ts';
import { readMessage } from '../messages/history.ts';
import { keys, padded, reportsFor, type ReportRow, topics } from '../records.ts';
import { enterRoom } from '../rooms/access.ts';
import { wrapFor } from '../rooms/conversations.ts';
import type { OpenRooms } from '../rooms/open-rooms.ts';
import { isAtLeast } from '../rooms/roles.ts';
import { actOperations } from './acts.ts';
import type { Pace } from './pace.ts';
import { proofOf } from './proof.ts';
import { moderatorsTold } from './told-moderators.ts';

export type Outcome = 'acted' | 'dismissed';

/** What is told of a file: nothing of what is in it. */
type ReportedFile = Pick<Attachment, 'name' | 'size'>;

/** What stands in a report. */
export type Report = {
  readonly roomId: string;
  /** Its name when it was reported; empty for a conversation. */
  readonly room: string;
  readonly sequence: number;
  readonly author: Author;
  readonly saidMs: number;
  /** As the reporter could read it; `null`: it was hidden from them already. */
  readonly text: string | null;
  /** Those that were with it, by name and size; missing in reports from before they were told, and where there were none. */
  readonly files?: readonly ReportedFile[];
  /** Of the text, see {@link proofOf}: compare it with that of the message. */
  readonly proof: string | null;
  readonly by: { readonly accountId: string; readonly handle: string };
  readonly reason: string;
  readonly atMs: number;
  readonly resolved?: {
    readonly by: { readonly accountId: string; readonly handle: string };
    readonly outcome: Outcome;
    readonly note: string;
    readonly atMs: number;
  };
};

export interface ListedReport {
  readonly reportId: string;
  /** `null`: it was wrapped for the admins that there were then. */
  readonly report: Report | null;
  readonly open: boolean;
}

export interface ReportPage {
  readonly reports: readonly ListedReport[];
  readonly next: string | null;
}

export interface ReportQuery {
  readonly after?: string | undefined;
  /** 1-100 rows that are looked at. */
  readonly limit: number;
  readonly all?: boolean | undefined;
}

/** In the place of a room's id. */
const ADMINS = 'admins';
const ATTEMPTS = 8;
/** Admins that a copy is wrapped for; each costs an age file. */
const MOST_ADMINS = 20;

/**
 * Reports a message that the caller may read. Once for each person and message: again it is the same report. Answers its id.
 * Throws `chat_room_not_found`, `chat_message_not_found`, `chat_too_fast`, `chat_report_unreadable`.
 */
export async function reportMessage(
  deps: ChatDeps,
  { rooms, pace }: { readonly rooms: OpenRooms; readonly pace: Pace },
  caller: Caller,
  { roomId, sequence }: Place,
  { reason, toAdmins }: { readonly reason: string; readonly toAdmins: boolean },
): Promise<string> {
  const { room } = await enterRoom(rooms, caller, roomId);
  const event = await readMessage(deps, room, sequence);
  pace.take('reports', caller.accountId, undefined);
  const text = textOf(event);
  const kept = textKept(event);
  const files = filesOf(event);
  const report: Report = {
    ...{ roomId, room: room.name, sequence, author: event.author, saidMs: event.atMs, text },
    ...(files.length === 0 ? {} : { files }),
    proof: kept === null ? null : proofOf(room, event, kept),
    by: { accountId: caller.accountId, handle: caller.handle },
    reason,
    atMs: deps.clock(),
  };
  const isForAdmins = toAdmins || room.kind === 'direct';
  const reportId = isForAdmins
    ? `${roomId}.${padded(sequence)}.${caller.accountId}`
    : `${padded(sequence)}.${caller.accountId}`;
  const at = keys.report(isForAdmins ? ADMINS : roomId, reportId);
  const value = isForAdmins ? await forAdmins(deps, at, report) : sealed(room.key, at, report);
  const moderators = isForAdmins ? [] : await moderatorsTold(deps, rooms, room, caller.accountId);
  try {
    await deps.records.transact([
      { op: 'put', ...at, value, if: 'absent', expiresAtMs: report.atMs + deps.settings.chatReportKeptMs },
      ...deps.audit.operations({
        act: 'chat_report.made',
        ...actorOf(caller),
        subjectIds: [roomId],
        facts: { sequence, to: isForAdmins ? ADMINS : 'room' },
      }),
      ...(moderators.length === 0 ? [] : [deps.tell({ kind: 'report', accountIds: moderators, roomId })]),
    ]);
  } catch (error) {
    if (!hasCode(error, 'record_conflict')) throw error;
  }
  if (!isForAdmins) deps.pubSub.publish(topics.changed(roomId), {});
  return reportId;
}

/** As the reporter could read them: none of what is hidden or removed. */
function filesOf(event: RoomEvent): ReportedFile[] {
  const { content } = event;
  if (textOf(event) === null || content?.kind !== 'message') return [];
  return (content.attachments ?? []).map(({ name, size }) => ({ name, size }));
}

const contextOf = ({ pk, sk }: { readonly pk: string; readonly sk: string }): string[] => ['holdfast/v1/chat', pk, sk];

function sealed(key: KeyObject, at: { readonly pk: string; readonly sk: string }, report: Report): ReportRow {
  return {
    sealed: seal(key, contextOf(at), Buffer.from(JSON.stringify(report))),
    open: report.resolved === undefined,
  };
}

async function forAdmins(
  deps: ChatDeps,
  at: { readonly pk: string; readonly sk: string },
  report: Report,
): Promise<ReportRow> {
  const key = randomBytes(32);
  const wraps: Record<string, string> = {};
  for (const accountId of (await deps.admins()).slice(0, MOST_ADMINS)) {
    try {
      wraps[accountId] = await wrapFor(deps, accountId, key);
    } catch (error) {
      if (!hasCode(error, 'chat_member_not_found')) throw error;
    }
  }
  if (Object.keys(wraps).length === 0) throw chatErrors('chat_report_unreadable');
  return { ...sealed(createSecretKey(key), at, report), wraps };
}

/** Who decides: the moderators of a room, or with `null` the admins. */
export type Readers = { readonly roomId: string | null };

/** Throws `chat_room_not_found`, `chat_forbidden`. */
export async function listReports(
  deps: ChatDeps,
  rooms: OpenRooms,
  caller: Caller,
  readers: Readers,
  { after, limit, all = false }: ReportQuery,
): Promise<ReportPage> {
  const open = await opener(rooms, caller, readers);
  const from = after === undefined ? {} : { after };
  const page = await deps.records.query<ReportRow>(reportsFor(readers.roomId ?? ADMINS), { limit, ...from });
  const reports = page.items
    .filter(({ value }) => all || value.open)
    .map((item) => ({ reportId: item.sk, report: open(item)?.report ?? null, open: item.value.open }));
  return { reports, next: page.next ?? null };
}

/** Says what became of a report. Throws `chat_room_not_found`, `chat_forbidden`, `chat_report_not_found`. */
export async function resolveReport(
  deps: ChatDeps,
  rooms: OpenRooms,
  caller: Caller,
  readers: Readers,
  wanted: { readonly reportId: string; readonly outcome: Outcome; readonly note: string },
): Promise<Report> {
  const { reportId, outcome, note } = wanted;
  const open = await opener(rooms, caller, readers);
  const at = keys.report(readers.roomId ?? ADMINS, reportId);
  for (let attempt = 1; ; attempt += 1) {
    const item = await deps.records.get<ReportRow>(at.pk, at.sk);
    const found = item && open(item);
    if (!found) throw chatErrors('chat_report_not_found');
    const atMs = deps.clock();
    const by = { accountId: caller.accountId, handle: caller.handle };
    const report: Report = { ...found.report, resolved: { by, outcome, note, atMs } };
    const value: ReportRow = { ...item.value, ...sealed(found.key, at, report) };
    const { roomId, sequence, atMs: madeMs } = report;
    const act = {
      what: 'resolved',
      atMs,
      by,
      accountId: null,
      name: null,
      sequence,
      untilMs: null,
      reason: note,
    } as const;
    try {
      await deps.records.transact([
        {
          ...{ op: 'put', ...at, value, if: { revision: item.revision } },
          expiresAtMs: madeMs + deps.settings.chatReportKeptMs,
        },
        // A conversation has no moderators who would read it there.
        ...(readers.roomId === null ? [] : actOperations(found.key, roomId, act)),
        ...deps.audit.operations({
          act: 'chat_report.resolved',
          ...actorOf(caller),
          subjectIds: [roomId],
          facts: { sequence, outcome },
        }),
      ]);
      return report;
    } catch (error) {
      if (!hasCode(error, 'record_conflict') || attempt === ATTEMPTS) throw error;
    }
  }
}

/** Opens what these readers may read. */
async function opener(rooms: OpenRooms, caller: Caller, { roomId }: Readers) {
  if (roomId === null && caller.role !== 'admin') throw chatErrors('chat_forbidden', { detail: 'an admin may' });
  const entered = roomId === null ? null : await enterRoom(rooms, caller, roomId);
  if (entered && (entered.room.kind === 'direct' || !isAtLeast(entered.role, 'moderator'))) {
    throw chatErrors('chat_forbidden', { detail: 'a moderator may' });
  }
  return (item: RecordItem<ReportRow>): { readonly key: KeyObject; readonly report: Report } | null => {
    const wrap = item.value.wraps?.[caller.accountId];
    const opened = wrap === undefined ? null : (caller.key?.().open(wrap) ?? null);
    const key = entered ? entered.room.key : opened && createSecretKey(opened);
    const plain = key && unseal(key, contextOf(item), item.value.sealed);
    return key && plain ? { key, report: JSON.parse(plain.toString()) as Report } : null;
  };
}
