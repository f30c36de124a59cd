/** Channels as admins set them up, and letters that could not be delivered. */
import { actorOf, type AuditEvent, type AuditFacts, type AuditTrail } from '../../base/audit-event.ts';
import type { Clock } from '../../base/clock.ts';
import { hasCode } from '../../base/errors.ts';
import { isId, newId } from '../../base/ids.ts';
import type { JsonObject, RecordOperation } from '../../storage/index.ts';
import { notificationErrors } from '../errors.ts';
import type { NoticeKind } from '../kind.ts';
import type { ChannelOpener } from '../notifications-deps.ts';
import type { ChannelFacts, OpenChannels } from '../outbox/channels.ts';
import { allHealth, failed, type Health, succeeded, UNUSED } from '../outbox/health.ts';
import { type LetterDeps, testLetter } from '../outbox/letters.ts';
import { WORKSPACE } from '../outbox/post.ts';
import { mailboxOperations, type MailboxDeps, readMailbox, removalOperations } from '../outbox/waiting.ts';
import { type ChannelContent, type ChannelRow, DEAD, type DeadContent, keys, type SealedRow } from '../records.ts';
import { readPreferences } from '../rules/preferences.ts';
import type { Actor } from '../rules/acts.ts';
import type { NotificationsSettings } from '../settings.ts';

export interface SetupDeps extends MailboxDeps {
  readonly clock: Clock;
  readonly settings: NotificationsSettings;
  readonly channels: OpenChannels;
  readonly channelKinds: Readonly<Record<string, ChannelOpener>>;
  readonly kinds: ReadonlyMap<string, NoticeKind>;
  readonly audit: Pick<AuditTrail<RecordOperation>, 'operations'>;
  readonly letterDeps: () => LetterDeps;
}

export interface NewChannel {
  readonly name: string;
  readonly kind: string;
  readonly config: JsonObject;
  /** For a channel that is one place and may be told which. */
  readonly destination?: string | undefined;
  /** Which kinds of notices go there; left out: all that admins hear. */
  readonly kinds?: readonly string[] | undefined;
}

export interface ChannelStatus extends ChannelFacts {
  /** Its configuration without what is secret. */
  readonly shown: JsonObject;
  readonly health: Health;
  readonly dead: number;
}

/** Throws `channel_kind_unknown`, `channels_full`, `notice_rule_invalid` and what the channel says of its configuration. */
export async function addChannel(deps: SetupDeps, who: Actor, wanted: NewChannel): Promise<ChannelStatus> {
  const attempted = 'Set up a channel';
  const { name, kind, config, destination = '', kinds = null } = wanted;
  const opener = Object.hasOwn(deps.channelKinds, kind) ? deps.channelKinds[kind] : undefined;
  if (!opener) {
    const detail = `there are ${Object.keys(deps.channelKinds).join(', ')}`;
    throw notificationErrors('channel_kind_unknown', { attempted, detail });
  }
  checkKinds(deps, kinds, attempted);
  // Tried out before it is kept; what it holds open is given back.
  await using channel = opener.open(config);
  const isPersonal = opener.destination === 'person';
  if (!isPersonal) channel.checkDestination(destination);
  const all = await deps.channels.all();
  if (all.length >= deps.settings.noticeChannels) throw notificationErrors('channels_full', { attempted });
  const channelId = newId();
  const content: ChannelContent = { config, destination: isPersonal ? '' : destination, kinds };
  const row: ChannelRow = {
    name,
    kind,
    madeMs: deps.clock(),
    sealed: deps.vault.seal(['channel', channelId, kind], content),
  };
  await deps.records.transact([
    { op: 'put', ...keys.channel(channelId), value: row, if: 'absent' },
    ...noted(deps, who, 'channel.added', { channelId, kind }),
  ]);
  return (await statusOf(deps, channelId)) ?? fail(attempted);
}

/** Throws `notice_rule_invalid` for a kind that there is not. */
export function checkKinds({ kinds }: SetupDeps, wanted: readonly string[] | null, attempted: string): void {
  const unknown = wanted?.find((each) => !kinds.has(each));
  if (unknown !== undefined) throw notificationErrors('notice_rule_invalid', { attempted, detail: 'no such kind' });
}

/** Throws `channel_not_found`. What waited for it is dropped. */
export async function removeChannel(deps: SetupDeps, who: Actor, channelId: string): Promise<void> {
  const attempted = 'Remove a channel';
  const found = await deps.channels.facts(channelId);
  const at = keys.channel(channelId);
  if (!isId(channelId) || !(found || (await deps.records.get(at.pk, at.sk)))) fail(attempted);
  const shared = { readerId: WORKSPACE, channelId };
  await deps.records.transact([
    { op: 'delete', ...keys.channel(channelId), if: 'present' },
    { op: 'delete', ...keys.health(channelId) },
    ...removalOperations(shared, await readMailbox(deps, shared)),
    ...noted(deps, who, 'channel.removed', { channelId }),
  ]);
}

export async function listChannels(deps: SetupDeps): Promise<ChannelStatus[]> {
  const [all, health, dead] = await Promise.all([deps.channels.all(), allHealth(deps.records), listDead(deps)]);
  return all.map((facts) => ({
    ...facts,
    shown: withoutSecrets(deps, facts),
    health: health.get(facts.channelId) ?? UNUSED,
    dead: dead.filter(({ channelId }) => channelId === facts.channelId).length,
  }));
}

export async function statusOf(deps: SetupDeps, channelId: string): Promise<ChannelStatus | null> {
  return (await listChannels(deps)).find((each) => each.channelId === channelId) ?? null;
}

function withoutSecrets({ channelKinds }: SetupDeps, { kind, content }: ChannelFacts): JsonObject {
  const secret = channelKinds[kind]?.secretFields ?? [];
  return Object.fromEntries(Object.entries(content.config).filter(([field]) => !secret.includes(field)));
}

/**
 * Reaches the other side, and sends a letter where there is somebody to send it to: the channel's own place, or the address
 * that the admin confirmed. Throws `channel_not_found`, `notice_too_soon` and what the channel says.
 */
export async function testChannel(
  deps: SetupDeps,
  who: Actor,
  channelId: string,
  signal: AbortSignal,
): Promise<{ readonly sent: boolean }> {
  const attempted = 'Test a channel';
  const facts = (await deps.channels.facts(channelId)) ?? fail(attempted);
  const channel = deps.channels.open(facts);
  await noticing(deps, channelId, () => channel.examine({ signal }));
  const destination = facts.isPersonal ? await ownAddress(deps, who, channelId) : facts.content.destination;
  if (destination === null) return { sent: false };
  const readerId = facts.isPersonal ? who.accountId : WORKSPACE;
  const place = { readerId, channelId };
  const found = await readMailbox(deps, place);
  const nowMs = deps.clock();
  if (found.mailbox.lastMs + facts.gapMs > nowMs) throw notificationErrors('notice_too_soon', { attempted });
  // Counts like any other letter, so that the cap holds.
  await deps.records.transact(mailboxOperations(deps, place, found, { ...found.mailbox, lastMs: nowMs }, facts.gapMs));
  const letter = testLetter(deps.letterDeps(), nowMs);
  await noticing(deps, channelId, () => channel.deliver(letter, destination, { signal }));
  await deps.records.transact([succeeded(channelId, deps.clock())]);
  return { sent: true };
}

/** A test that fails stands in the channel's health, as a delivery does. */
async function noticing({ records, clock }: SetupDeps, channelId: string, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (hasCode(error, 'channel_unavailable', 'channel_refused')) {
      await records.transact([await failed(records, channelId, clock(), error.code)]);
    }
    throw error;
  }
}

/** For doctor. Sends nothing. */
export async function examineChannel({ channels }: SetupDeps, facts: ChannelFacts, signal: AbortSignal): Promise<void> {
  await channels.open(facts).examine({ signal });
}

async function ownAddress(deps: SetupDeps, { accountId }: Actor, channelId: string): Promise<string | null> {
  const { preferences } = await readPreferences(deps, accountId);
  const address = preferences.addresses.find((each) => each.channelId === channelId);
  return address?.confirmedMs == null ? null : address.destination;
}

export interface DeadLetter extends Omit<DeadContent, 'letter' | 'destination'> {
  readonly letterId: string;
  readonly kind: string;
  readonly count: number;
}

/** Newest first. What stands in them is their readers' business. */
export async function listDead({ records, vault }: Pick<SetupDeps, 'records' | 'vault'>): Promise<DeadLetter[]> {
  const { items } = await records.query<SealedRow>(DEAD, { limit: 1000, reverse: true });
  return items.flatMap(({ sk: letterId, value }) => {
    const content = vault.open<DeadContent>(['dead', letterId], value.sealed);
    if (!content) return [];
    const { letter, destination: _, ...facts } = content;
    return [{ ...facts, letterId, kind: letter.kind, count: letter.count }];
  });
}

/** Sends it again, with the same id. Throws `dead_letter_not_found`, `channel_not_found`, `notice_too_soon`. */
export async function retryDead(deps: SetupDeps, who: Actor, letterId: string): Promise<void> {
  const attempted = 'Send a letter again';
  const at = keys.dead(letterId);
  const item = isId(letterId) ? await deps.records.get<SealedRow>(at.pk, at.sk) : null;
  const content = item && deps.vault.open<DeadContent>(['dead', letterId], item.value.sealed);
  if (!content) throw notificationErrors('dead_letter_not_found', { attempted });
  const { readerId, channelId, letter, destination } = content;
  const facts = (await deps.channels.facts(channelId)) ?? fail(attempted);
  const place = { readerId, channelId };
  const found = await readMailbox(deps, place);
  // One letter is on its way at a time.
  if (found.mailbox.sending) throw notificationErrors('notice_too_soon', { attempted });
  const nowMs = deps.clock();
  const sending = {
    ...{ letter, destination, attempts: 0, firstTriedMs: nowMs },
    retryMs: Math.max(nowMs, found.mailbox.lastMs + facts.gapMs),
  };
  await deps.records.transact([
    { op: 'delete', ...at, if: 'present' },
    ...mailboxOperations(deps, place, found, { ...found.mailbox, sending }, facts.gapMs),
    ...noted(deps, who, 'dead_letter.retried', { channelId, letterId }),
  ]);
}

export function channelNotFound(attempted: string) {
  return notificationErrors('channel_not_found', { attempted });
}

function fail(attempted: string): never {
  throw channelNotFound(attempted);
}

function noted(
  { audit }: SetupDeps,
  who: Actor,
  act: AuditEvent['act'],
  facts: AuditFacts,
): readonly RecordOperation[] {
  return audit.operations({ act, ...actorOf(who), subjectIds: [], facts });
}
