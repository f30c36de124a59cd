/** What people change about their own notices. */
import { createHash, randomBytes } from 'node:crypto';
import type { AuditEvent, AuditFacts, AuditTrail } from '../../base/audit-event.ts';
import type { Clock } from '../../base/clock.ts';
import { hasCode } from '../../base/errors.ts';
import type { RecordOperation } from '../../storage/index.ts';
import { notificationErrors } from '../errors.ts';
import type { NoticeKind, Timing } from '../kind.ts';
import type { ChannelFacts, OpenChannels } from '../outbox/channels.ts';
import { EMPTY } from '../outbox/mailbox.ts';
import { mailboxOperations, readMailbox } from '../outbox/waiting.ts';
import { keys, type ConfirmationRow } from '../records.ts';
import type { NotificationsSettings } from '../settings.ts';
import {
  changePreferences,
  type Hours,
  type Preferences,
  type PreferencesDeps,
  readPreferences,
} from './preferences.ts';
import { isTimeOfDay, isTimeZone } from './times.ts';

export interface RuleDeps extends PreferencesDeps {
  readonly clock: Clock;
  readonly settings: NotificationsSettings;
  readonly channels: OpenChannels;
  readonly kinds: ReadonlyMap<string, NoticeKind>;
  readonly audit: Pick<AuditTrail<RecordOperation>, 'operations'>;
}

/** Who changes something of their own. */
export interface Actor {
  readonly accountId: string;
  readonly sessionId: string;
}

const MAX_RULES = 200;

/** `timing` is `null` for what is usual. Throws `notice_rule_invalid`, `notice_rule_security`. */
export async function setRule(
  deps: RuleDeps,
  who: Actor,
  { kind, channel, timing }: { readonly kind: string; readonly channel: string; readonly timing: Timing | null },
): Promise<Preferences> {
  const found = deps.kinds.get(kind);
  const attempted = 'Make a rule for notices';
  if (kind !== '*' && !found) throw notificationErrors('notice_rule_invalid', { attempted, detail: 'no such kind' });
  if (channel === 'feed') {
    if (timing !== 'off' && timing !== null && timing !== 'immediate') {
      throw notificationErrors('notice_rule_invalid', { attempted, detail: 'the feed takes immediate or off' });
    }
    if (timing === 'off' && found?.security) throw notificationErrors('notice_rule_security', { attempted });
  } else if (channel !== '*' && !(await deps.channels.facts(channel))?.isPersonal) {
    throw notificationErrors('notice_rule_invalid', { attempted, detail: 'no such channel' });
  }
  return changePreferences(deps, who.accountId, (before) => {
    const others = before.rules.filter((rule) => rule.kind !== kind || rule.channel !== channel);
    if (others.length >= MAX_RULES) throw notificationErrors('notice_rule_invalid', { attempted, detail: 'too many' });
    const rules = timing === null ? others : [...others, { kind, channel, timing }];
    const facts = { kind: kind === '*' ? 'all' : kind, channel: channel === '*' ? 'all' : channel, timing };
    return { after: { ...before, rules }, more: noted(deps, who, 'notice_rule.changed', facts) };
  });
}

/** Throws `notice_hours_invalid`. */
export async function setHours(deps: RuleDeps, who: Actor, hours: Hours): Promise<Preferences> {
  const { timeZone, quiet, digestAt } = hours;
  const refuse = (detail: string): never => {
    throw notificationErrors('notice_hours_invalid', { attempted: 'Set the hours for notices', detail });
  };
  if (!isTimeZone(timeZone)) refuse('the time zone is not known');
  if (![digestAt, ...(quiet ? [quiet.from, quiet.to] : [])].every(isTimeOfDay)) refuse('times are written HH:MM');
  if (quiet && quiet.from === quiet.to) refuse('quiet hours must end at another time than they begin');
  return changePreferences(deps, who.accountId, (before) => ({
    after: { ...before, hours },
    more: noted(deps, who, 'notice_hours.changed', { timeZone, quiet: quiet !== null }),
  }));
}

/**
 * Nothing but the letter that asks goes to an address before its owner confirms it. Another address takes the place of the
 * one that is there, which then gets nothing any more.
 * Throws `channel_not_found`, `channel_destination_invalid`, `notice_address_asked`.
 */
export async function setAddress(
  deps: RuleDeps,
  who: Actor,
  channelId: string,
  destination: string,
): Promise<Preferences> {
  const attempted = 'Add an address for notices';
  const channel = await personal(deps, channelId, attempted);
  deps.channels.open(channel).checkDestination(destination);
  const { accountId } = who;
  const place = { readerId: accountId, channelId };
  const token = randomBytes(24).toString('base64url');
  const confirmation = keys.confirmation(hashOf(token));
  const asked = keys.asked(deps.vault.hash('asked', destination.trim().toLowerCase()));
  return changePreferences(deps, accountId, async (before) => {
    if (await deps.records.get(asked.pk, asked.sk)) throw notificationErrors('notice_address_asked', { attempted });
    const found = await readMailbox(deps, place);
    const mailbox = { ...EMPTY, lastMs: found.mailbox.lastMs, confirmation: { destination, token } };
    const nowMs = deps.clock();
    const sealed = deps.vault.seal(['confirmation', confirmation.sk], { accountId, channelId, destination });
    return {
      after: { ...before, addresses: [...without(before, channelId), { channelId, destination, confirmedMs: null }] },
      more: [
        ...mailboxOperations(deps, place, found, mailbox, channel.gapMs),
        {
          op: 'put',
          ...confirmation,
          value: { sealed },
          expiresAtMs: nowMs + deps.settings.noticeConfirmMs,
          if: 'absent',
        },
        { op: 'put', ...asked, value: {}, expiresAtMs: nowMs + deps.settings.noticeAskAgainMs, if: 'absent' },
        ...noted(deps, who, 'notice_address.added', { channelId }),
      ],
    };
  });
}

/** Throws `notice_address_not_found`. */
export async function removeAddress(deps: RuleDeps, who: Actor, channelId: string): Promise<Preferences> {
  const { accountId } = who;
  const place = { readerId: accountId, channelId };
  return changePreferences(deps, accountId, async (before) => {
    if (!before.addresses.some((address) => address.channelId === channelId)) {
      throw notificationErrors('notice_address_not_found', { attempted: 'Remove an address for notices' });
    }
    const found = await readMailbox(deps, place);
    // When the last letter went stays, so that the cap holds for the next address.
    const emptied = { ...EMPTY, lastMs: found.mailbox.lastMs };
    return {
      after: { ...before, addresses: without(before, channelId) },
      more: [
        ...(found.item ? mailboxOperations(deps, place, found, emptied, 0) : []),
        ...noted(deps, who, 'notice_address.removed', { channelId }),
      ],
    };
  });
}

/** Whoever holds the token has read what was sent to the address. It is good once. Throws `notice_token_invalid`. */
export async function confirmAddress(deps: RuleDeps, token: string): Promise<void> {
  const attempted = 'Confirm an address';
  const hash = hashOf(token);
  const { pk, sk } = keys.confirmation(hash);
  const item = await deps.records.get<ConfirmationRow>(pk, sk);
  const asked =
    item &&
    deps.vault.open<{ accountId: string; channelId: string; destination: string }>(
      ['confirmation', hash],
      item.value.sealed,
    );
  if (!asked) throw notificationErrors('notice_token_invalid', { attempted });
  const { accountId, channelId, destination } = asked;
  try {
    await changePreferences(deps, accountId, (before) => {
      const address = before.addresses.find((each) => each.channelId === channelId);
      if (address?.destination !== destination) throw notificationErrors('notice_token_invalid', { attempted });
      return {
        after: {
          ...before,
          addresses: [...without(before, channelId), { channelId, destination, confirmedMs: deps.clock() }],
        },
        more: [
          { op: 'delete', pk, sk, if: 'present' },
          ...deps.audit.operations({
            act: 'notice_address.confirmed',
            actorId: null,
            sessionId: null,
            subjectIds: [accountId],
            facts: { channelId },
          }),
        ],
      };
    });
  } catch (error) {
    if (!hasCode(error, 'record_conflict')) throw error;
    throw notificationErrors('notice_token_invalid', { attempted, cause: error });
  }
}

export async function showPreferences(deps: RuleDeps, accountId: string): Promise<Preferences> {
  return (await readPreferences(deps, accountId)).preferences;
}

async function personal({ channels }: RuleDeps, channelId: string, attempted: string): Promise<ChannelFacts> {
  const channel = await channels.facts(channelId);
  if (channel?.isPersonal) return channel;
  throw notificationErrors('channel_not_found', { attempted });
}

function without({ addresses }: Preferences, channelId: string) {
  return addresses.filter((address) => address.channelId !== channelId);
}

function hashOf(token: string): string {
  return createHash('sha256').update(token).digest('base64url');
}

export function noted(
  { audit }: RuleDeps,
  { accountId, sessionId }: Actor,
  act: AuditEvent['act'],
  facts: AuditFacts,
): readonly RecordOperation[] {
  return audit.operations({ act, actorId: accountId, sessionId, subjectIds: [accountId], facts });
}
