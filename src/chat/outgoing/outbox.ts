/**
 * Tells programs elsewhere what was said. A job is taken with a conditional write that says when it is tried again, so
 * that no two servers tell it at once and one that dies with it leaves it to the next attempt, under the same id.
 */
import { timestamp } from '../../base/clock.ts';
import { codeOf, errorFacts } from '../../base/error-facts.ts';
import { hasCode } from '../../base/errors.ts';
import { repeat } from '../../base/timing/repeat.ts';
import { retryDelayMs } from '../../base/timing/retry-delay.ts';
import type { RecordItem, RecordOperation } from '../../storage/index.ts';
import { readBot } from '../bots/bot-rows.ts';
import { botCaller } from '../bots/bot-caller.ts';
import type { ChatDeps } from '../chat-deps.ts';
import { messageView } from '../http/views.ts';
import { messageAt } from '../messages/changes.ts';
import { textOf } from '../messages/content.ts';
import { type SendParts, sendMessage } from '../messages/send.ts';
import { mayHear, readOutgoing, stateOf } from './outgoing-hooks.ts';
import { type DeadRow, type JobRow, OUTBOX, outgoingKeys, type StateRow } from './records.ts';

export interface Outbox extends AsyncDisposable {
  /** Something was put into it just now. */
  notify(): void;
  /** Tries what is due, and resolves when it was tried. */
  deliver(): Promise<void>;
}

/** How long a delivery may take until another server tries it. */
const TAKEN_MS = 60_000;
const PAGE = 200;
const DEAD_KEPT_MS = 30 * 24 * 3_600_000;

export function openOutbox(deps: ChatDeps, parts: SendParts): Outbox {
  const { settings } = deps;
  const ended = new AbortController();
  let running: Promise<void> | null = null;
  let again = false;
  const run = async (): Promise<void> => {
    do {
      again = false;
      try {
        await deliverDue(deps, parts, ended.signal);
      } catch (error) {
        deps.log.warn(errorFacts(error), 'What was said could not be told to outgoing webhooks; it is tried again');
      }
    } while (again && !ended.signal.aborted);
    running = null;
  };
  const deliver = (): Promise<void> => {
    again = true;
    return (running ??= run());
  };
  const rounds = repeat(settings.chatOutgoingEveryMs, deliver);
  return {
    notify: () => void deliver(),
    deliver,
    async [Symbol.asyncDispose]() {
      ended.abort();
      await rounds[Symbol.asyncDispose]();
      await running;
    },
  };
}

async function deliverDue(deps: ChatDeps, parts: SendParts, signal: AbortSignal): Promise<void> {
  for (let after: string | undefined; ;) {
    const options = { limit: PAGE, ...(after === undefined ? {} : { after }) };
    const page = await deps.records.query<JobRow>(OUTBOX, options);
    const due = page.items.filter(({ value }) => value.dueMs <= deps.clock());
    // One is told in order. After a failure the rest of its messages waits for another round: those of a receiver that
    // does not answer would hold up all others for as long as each of them takes.
    const byHook = Object.groupBy(due, ({ value }) => value.hookId);
    await Promise.all(
      Object.values(byHook).map(async (jobs = []) => {
        for (const job of jobs) if (signal.aborted || !(await deliverOne(deps, parts, job, signal))) return;
      }),
    );
    after = page.next;
    if (after === undefined || signal.aborted) return;
  }
}

/** `false`: the receiver did not take it. */
async function deliverOne(
  deps: ChatDeps,
  parts: SendParts,
  { sk: jobId, value, revision }: RecordItem<JobRow>,
  signal: AbortSignal,
): Promise<boolean> {
  const at = outgoingKeys.job(jobId);
  const taken: JobRow = { ...value, attempts: value.attempts + 1, dueMs: deps.clock() + TAKEN_MS };
  try {
    await deps.records.transact([{ op: 'put', ...at, value: taken, if: { revision } }]);
  } catch (error) {
    if (hasCode(error, 'record_conflict')) return true;
    throw error;
  }
  const { roomId, hookId } = value;
  const hook = await readOutgoing(deps, roomId, hookId);
  const state = await stateOf(deps, hookId);
  const body = hook && state.row.disabledMs === null ? await bodyOf(deps, parts, value, hook.row.botId) : null;
  if (!hook || body === null) {
    await deps.records.transact([{ op: 'delete', ...at }]);
    return true;
  }
  try {
    const answer = await deps.posts.send({ ...hook.destination, id: jobId, body }, signal);
    const isWell = state.row.failures > 0 ? [{ op: 'delete', ...outgoingKeys.state(hookId) } as const] : [];
    await reply(deps, parts, { roomId, jobId, botId: hook.row.botId }, answer);
    await deps.records.transact([{ op: 'delete', ...at }, ...isWell]);
    return true;
  } catch (error) {
    if (!signal.aborted) await failed(deps, { jobId, job: taken, state: state.row, error });
    return false;
  }
}

/** `null` where there is nothing to tell any more. */
async function bodyOf(
  deps: ChatDeps,
  { rooms }: SendParts,
  { roomId, sequence }: JobRow,
  botId: string,
): Promise<string | null> {
  try {
    // As it is now: out of the room, by whichever way, a bot hears nothing more of it.
    const room = await rooms.read(roomId);
    if ((await rooms.roleIn(room, botId)) === null) return null;
    const bot = await readBot(deps, botId);
    if (!bot || !mayHear(bot.row)) return null;
    const message = await messageAt(deps, room, sequence);
    if (!message || textOf(message) === null) return null;
    const data = { room: room.name, message: messageView(message) };
    return JSON.stringify({ type: 'chat.message', timestamp: timestamp(message.atMs), data });
  } catch (error) {
    if (hasCode(error, 'chat_room_not_found')) return null;
    throw error;
  }
}

/** What the program answers is said by its bot, once. Whatever is wrong with it is no fault of the delivery. */
async function reply(
  deps: ChatDeps,
  parts: SendParts,
  { roomId, jobId, botId }: { readonly roomId: string; readonly jobId: string; readonly botId: string },
  answer: string,
): Promise<void> {
  const text = replyIn(answer);
  const bot = text === null ? null : await readBot(deps, botId);
  if (text === null || !bot || bot.row.access === 'read') return;
  try {
    await sendMessage(deps, parts, botCaller(botId, bot.row), roomId, { text, messageId: `reply-${jobId}` });
  } catch (error) {
    deps.log.warn({ roomId, botId, ...errorFacts(error) }, 'The answer of an outgoing webhook was not said');
  }
}

function replyIn(answer: string): string | null {
  try {
    const { text } = JSON.parse(answer) as { text?: unknown };
    return typeof text === 'string' && text.trim() !== '' ? text : null;
  } catch {
    return null;
  }
}

async function failed(
  deps: ChatDeps,
  {
    jobId,
    job,
    state,
    error,
  }: {
    readonly jobId: string;
    readonly job: JobRow;
    readonly state: StateRow;
    readonly error: unknown;
  },
): Promise<void> {
  const { settings, records } = deps;
  const { roomId, hookId, sequence, attempts } = job;
  const code = codeOf(error);
  const nowMs = deps.clock();
  deps.log.warn(
    { roomId, hookId, attempts, ...errorFacts(error) },
    'A message could not be told to an outgoing webhook',
  );
  const isRefused = hasCode(error, 'channel_refused', 'channel_destination_invalid');
  if (!isRefused && attempts < settings.chatOutgoingAttempts) {
    const pause = retryDelayMs(attempts, settings.chatOutgoingRetryMs, 3_600_000, Math.random);
    const value: JobRow = { ...job, dueMs: nowMs + pause };
    return await records.transact([{ op: 'put', ...outgoingKeys.job(jobId), value }]);
  }
  const failures = state.failures + 1;
  const isOver = failures >= settings.chatOutgoingFailures;
  const dead: DeadRow = { hookId, sequence, code, atMs: nowMs };
  const next: StateRow = { failures, lastCode: code, disabledMs: isOver ? nowMs : null };
  const operations: RecordOperation[] = [
    { op: 'delete', ...outgoingKeys.job(jobId) },
    { op: 'put', ...outgoingKeys.dead(roomId, jobId), value: dead, expiresAtMs: nowMs + DEAD_KEPT_MS },
    { op: 'put', ...outgoingKeys.state(hookId), value: next },
  ];
  const event = {
    act: 'chat_outgoing.disabled',
    actorId: null,
    sessionId: null,
    subjectIds: [roomId],
    facts: { hookId, code },
  } as const;
  await records.transact([...operations, ...(isOver ? deps.audit.operations(event) : [])]);
}
