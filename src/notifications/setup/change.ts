/** What admins change about a channel that is there: its name, where it leads, what goes there. */
import { actorOf } from '../../base/audit-event.ts';
import { hasCode } from '../../base/errors.ts';
import type { JsonObject } from '../../storage/index.ts';
import { notificationErrors } from '../errors.ts';
import type { ChannelOpener } from '../notifications-deps.ts';
import { type ChannelContent, type ChannelRow, keys } from '../records.ts';
import type { Actor } from '../rules/acts.ts';
import { channelNotFound, type ChannelStatus, checkKinds, type SetupDeps, statusOf } from './acts.ts';

const ATTEMPTED = 'Change a channel';
const ATTEMPTS = 8;

export interface ChannelChange {
  readonly name?: string | undefined;
  /** All of what is not secret. A secret that is left out stays as it is, `null` drops it. */
  readonly config?: JsonObject | undefined;
  readonly destination?: string | undefined;
  /** `null`: all that admins hear. */
  readonly kinds?: readonly string[] | null | undefined;
}

/**
 * What waits for the channel leaves by it as it is now, on every server. Throws `channel_not_found`,
 * `channel_secret_needed`, `notice_rule_invalid`, and what the channel says of its configuration.
 */
export async function changeChannel(
  deps: SetupDeps,
  who: Actor,
  channelId: string,
  kind: string,
  change: ChannelChange,
): Promise<ChannelStatus> {
  for (let attempt = 1; ; attempt++) {
    try {
      await changeOnce(deps, who, { channelId, kind, ...change });
      return (await statusOf(deps, channelId)) ?? raise(channelNotFound(ATTEMPTED));
    } catch (error) {
      // Another admin changed it at the same time: what this one says holds for how it is by then.
      if (!hasCode(error, 'record_conflict') || attempt >= ATTEMPTS) throw error;
    }
  }
}

async function changeOnce(
  deps: SetupDeps,
  who: Actor,
  { channelId, kind, ...change }: ChannelChange & { readonly channelId: string; readonly kind: string },
): Promise<void> {
  const at = keys.channel(channelId);
  const facts = await deps.channels.facts(channelId);
  const item = await deps.records.get<ChannelRow>(at.pk, at.sk);
  const opener = facts?.kind === kind ? deps.channelKinds[kind] : undefined;
  if (!facts || !item || !opener) throw channelNotFound(ATTEMPTED);
  const { content: before } = facts;
  checkKinds(deps, change.kinds ?? null, ATTEMPTED);
  const content: ChannelContent = {
    config: change.config === undefined ? before.config : changedConfig(opener, before.config, change.config),
    destination: facts.isPersonal ? '' : (change.destination ?? before.destination),
    kinds: change.kinds === undefined ? before.kinds : change.kinds,
  };
  await using channel = opener.open(content.config);
  if (!facts.isPersonal) channel.checkDestination(content.destination);
  const sealed = deps.vault.seal(['channel', channelId, kind], content);
  await deps.records.transact([
    {
      op: 'put',
      ...at,
      value: { ...item.value, name: change.name ?? item.value.name, sealed },
      if: { revision: item.revision },
    },
    ...deps.audit.operations({
      act: 'channel.changed',
      ...actorOf(who),
      subjectIds: [],
      facts: { channelId, kind, config: change.config !== undefined },
    }),
  ]);
}

/**
 * A secret is kept only for the place that it was given for: else whoever may change a channel, and may not see its
 * password, would have it sent to a server of their own.
 */
function changedConfig(
  { secretFields, freeFields }: ChannelOpener,
  before: JsonObject,
  wanted: JsonObject,
): JsonObject {
  const kept = secretFields.filter((field) => before[field] !== undefined && wanted[field] === undefined);
  const isTied = (field: string): boolean => !secretFields.includes(field) && !freeFields.includes(field);
  const moved = [...new Set([...Object.keys(before), ...Object.keys(wanted)])].filter(
    (field) => isTied(field) && before[field] !== wanted[field],
  );
  if (kept.length > 0 && moved.length > 0) {
    const detail = `with another ${moved.join(', ')} the ${kept.join(', ')} would go elsewhere`;
    throw notificationErrors('channel_secret_needed', { attempted: ATTEMPTED, detail });
  }
  const given = Object.entries(wanted).filter(([, value]) => value !== null);
  return { ...Object.fromEntries(kept.map((field) => [field, before[field] ?? null])), ...Object.fromEntries(given) };
}

function raise(error: Error): never {
  throw error;
}
