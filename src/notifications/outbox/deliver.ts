/**
 * Delivers what is due in one mailbox: takes it with a conditional write that names the letter and says when it is tried
 * again, hands the letter to the channel, and writes down what became of it. Two servers cannot both take it; one that
 * dies with it leaves it to the next attempt, with the same id, so a letter arrives at least once and seldom twice.
 */
import type { Clock } from '../../base/clock.ts';
import { codeOf, errorFacts } from '../../base/error-facts.ts';
import { hasCode, HoldfastError } from '../../base/errors.ts';
import type { Log } from '../../base/log.ts';
import { retryDelayMs } from '../../base/timing/retry-delay.ts';
import type { RecordOperation } from '../../storage/index.ts';
import type { Letter } from '../channels/index.ts';
import { keys, type DeadContent } from '../records.ts';
import { readPreferences } from '../rules/preferences.ts';
import type { NotificationsSettings } from '../settings.ts';
import type { ChannelFacts, OpenChannels } from './channels.ts';
import { failed, succeeded } from './health.ts';
import { confirmationLetter, letterOf, type LetterDeps } from './letters.ts';
import { EMPTY, type Mailbox, type Sending } from './mailbox.ts';
import { mailboxOperations, readMailbox, removalOperations, type MailboxDeps, type MailboxPlace } from './waiting.ts';

export interface DeliverDeps extends MailboxDeps {
  readonly clock: Clock;
  readonly log: Log;
  readonly settings: NotificationsSettings;
  readonly channels: OpenChannels;
  readonly letterDeps: () => LetterDeps;
  /** 0 to 1; spreads the attempts. */
  readonly random: () => number;
}

const ATTEMPTS = 8;

/** How much longer than a delivery may take nobody else tries it. */
const SLACK_MS = 15_000;

export async function deliverDue(deps: DeliverDeps, place: MailboxPlace, signal: AbortSignal): Promise<void> {
  const channel = await deps.channels.facts(place.channelId);
  const taken = await take(deps, place, channel);
  if (!taken || !channel) return;
  try {
    const limit = AbortSignal.timeout(deps.settings.noticeDeliveryMs);
    const both = AbortSignal.any([signal, limit]);
    await deps.channels.open(channel).deliver(taken.letter, taken.destination, { signal: both });
  } catch (error) {
    // Being stopped says nothing of the letter: whoever comes next tries it again when its time is over.
    if (signal.aborted) return;
    return settle(deps, place, channel, taken, error);
  }
  await settle(deps, place, channel, taken, null);
}

/** `null` when there is nothing to deliver (any more), or another server was faster. */
async function take(deps: DeliverDeps, place: MailboxPlace, channel: ChannelFacts | null): Promise<Sending | null> {
  const { clock, settings, records } = deps;
  const found = await readMailbox(deps, place);
  const nowMs = clock();
  if (!found.item || found.item.value.dueMs === null || found.item.value.dueMs > nowMs) return null;
  const next = channel && (await nextLetter(deps, place, channel, found.mailbox));
  const sending: Sending | null = next && {
    letter: { ...next.letter },
    destination: next.destination,
    attempts: (next.again?.attempts ?? 0) + 1,
    firstTriedMs: next.again?.firstTriedMs ?? nowMs,
    retryMs: nowMs + Math.max(channel.gapMs, settings.noticeDeliveryMs + SLACK_MS),
  };
  const { lastMs } = found.mailbox;
  const operations = !channel
    ? removalOperations(place, found)
    : sending && next
      ? mailboxOperations(deps, place, found, { ...next.rest, sending, lastMs: nowMs }, channel.gapMs)
      : // The address is not confirmed any more; when the last letter went stays, so that the cap holds for the next one.
        mailboxOperations(deps, place, found, { ...EMPTY, lastMs }, channel.gapMs);
  try {
    await records.transact(operations);
    return sending;
  } catch (error) {
    if (hasCode(error, 'record_conflict')) return null;
    throw error;
  }
}

interface NextLetter {
  readonly letter: Letter;
  readonly destination: string;
  readonly again: Sending | null;
  /** What waits beside it. */
  readonly rest: Mailbox;
}

async function nextLetter(
  deps: DeliverDeps,
  { readerId, channelId }: MailboxPlace,
  channel: ChannelFacts,
  mailbox: Mailbox,
): Promise<NextLetter | null> {
  const nowMs = deps.clock();
  const { sending, confirmation, waiting } = mailbox;
  const rest = { ...mailbox, sending: null };
  const destination = channel.isPersonal ? await addressOf(deps, readerId, channelId) : channel.content.destination;
  if (sending && (sending.letter.kind === 'address_confirm' || sending.destination === destination)) {
    const { letter, destination: to } = sending;
    return { letter, destination: to, again: sending, rest };
  }
  if (confirmation) {
    const letter = confirmationLetter(deps.letterDeps(), confirmation.token, nowMs);
    return { letter, destination: confirmation.destination, again: null, rest: { ...rest, confirmation: null } };
  }
  if (destination === null) return null;
  const ripe = waiting.filter(({ leaveMs }) => leaveMs <= nowMs);
  const told = channel.isForPrograms ? ripe.slice(0, 1) : ripe;
  if (told.length === 0) return null;
  const letter = letterOf(deps.letterDeps(), told);
  return {
    letter,
    destination,
    again: null,
    rest: { ...rest, waiting: waiting.filter((notice) => !told.includes(notice)) },
  };
}

/** Where a person's letters go; `null` unless they confirmed it. */
async function addressOf(deps: DeliverDeps, accountId: string, channelId: string): Promise<string | null> {
  const { preferences } = await readPreferences(deps, accountId);
  const address = preferences.addresses.find((each) => each.channelId === channelId);
  return address?.confirmedMs == null ? null : address.destination;
}

/** Writes down how it went. `failure` is `null` when the other side has taken the letter. */
async function settle(
  deps: DeliverDeps,
  place: MailboxPlace,
  channel: ChannelFacts,
  sent: Sending,
  failure: unknown,
): Promise<void> {
  const { records, clock, settings, log } = deps;
  const isRefused = hasCode(failure, 'channel_refused', 'channel_destination_invalid', 'channel_config_invalid');
  for (let attempt = 1; ; attempt++) {
    const found = await readMailbox(deps, place);
    const { sending } = found.mailbox;
    // Another server took it up meanwhile, since this one was silent for too long: what it says counts.
    if (sending?.letter.id !== sent.letter.id || sending.attempts !== sent.attempts) return;
    const nowMs = clock();
    const isLate = nowMs - sent.firstTriedMs >= settings.noticeGiveUpMs;
    const again: Sending | null =
      failure === null || isRefused || isLate
        ? null
        : { ...sent, retryMs: nowMs + pauseMs(deps, channel, sent, failure) };
    const operations: RecordOperation[] = [
      ...mailboxOperations(deps, place, found, { ...found.mailbox, sending: again }, channel.gapMs),
      failure === null
        ? succeeded(place.channelId, nowMs)
        : await failed(records, place.channelId, nowMs, codeOf(failure)),
    ];
    if (failure !== null && again === null) operations.push(dead(deps, place, sent, failure));
    try {
      await records.transact(operations);
      break;
    } catch (error) {
      if (!hasCode(error, 'record_conflict') || attempt >= ATTEMPTS) throw error;
    }
  }
  if (failure === null) return;
  const facts = { channelId: place.channelId, letterId: sent.letter.id, attempts: sent.attempts };
  log.warn({ ...facts, ...errorFacts(failure) }, 'A notice could not be delivered');
}

function pauseMs(
  { settings, random }: DeliverDeps,
  { gapMs }: ChannelFacts,
  { attempts }: Sending,
  failure: unknown,
): number {
  const wanted = failure instanceof HoldfastError ? Number(failure.extra['retryAfterMs'] ?? 0) : 0;
  const backoff = retryDelayMs(attempts, settings.noticeRetryBaseMs, settings.noticeRetryMaxMs, random);
  // Whatever the other side says: not before the cap allows, and not later than a day.
  return Math.min(Math.max(gapMs, backoff, Number.isFinite(wanted) ? wanted : 0), 86_400_000);
}

/** Kept for an admin to look at, and to send again. */
function dead(
  { vault, clock, settings }: DeliverDeps,
  { readerId, channelId }: MailboxPlace,
  { letter, destination, attempts }: Sending,
  failure: unknown,
): RecordOperation {
  const content: DeadContent = {
    ...{ readerId, channelId, letter, destination, attempts },
    code: codeOf(failure),
    detail: failure instanceof HoldfastError ? (failure.detail ?? '') : '',
    atMs: clock(),
  };
  return {
    op: 'put',
    ...keys.dead(letter.id),
    value: { sealed: vault.seal(['dead', letter.id], content) },
    expiresAtMs: clock() + settings.noticeDeadKeptMs,
  };
}
