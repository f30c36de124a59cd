/** What a person wants to hear, by which way and when. Sealed: addresses are nobody's business. */
import { hasCode } from '../../base/errors.ts';
import type { RecordOperation } from '../../storage/index.ts';
import type { Timing } from '../kind.ts';
import type { NotificationsDeps } from '../notifications-deps.ts';
import { keys, type SealedRow } from '../records.ts';
import type { Vault } from '../vault.ts';

export type Rule = {
  /** Name of a kind, or `*` for all. */
  readonly kind: string;
  /** Id of a channel, `*` for every channel, or `feed`. */
  readonly channel: string;
  readonly timing: Timing;
};

export type Hours = {
  /** IANA name: `Europe/Berlin`. */
  readonly timeZone: string;
  /** `HH:MM` each; over midnight where the first is the later one. `null`: none. */
  readonly quiet: { readonly from: string; readonly to: string } | null;
  /** `HH:MM`: when what is sent daily leaves. */
  readonly digestAt: string;
};

export type Address = {
  readonly channelId: string;
  /** As the channel takes it: an e-mail address, a phone number. */
  readonly destination: string;
  /** When its owner opened the link; `null`: not yet, and nothing goes there. */
  readonly confirmedMs: number | null;
};

export type Preferences = {
  readonly rules: readonly Rule[];
  readonly hours: Hours;
  /** At most one for each channel. */
  readonly addresses: readonly Address[];
};

export type PreferencesDeps = Pick<NotificationsDeps, 'records'> & { readonly vault: Vault };

const NONE: Preferences = {
  rules: [],
  hours: { timeZone: 'UTC', quiet: null, digestAt: '08:00' },
  addresses: [],
};
const ATTEMPTS = 8;

export async function readPreferences(
  { records, vault }: PreferencesDeps,
  accountId: string,
): Promise<{ readonly preferences: Preferences; readonly revision: string | null }> {
  const at = keys.preferences(accountId);
  const item = await records.get<SealedRow>(at.pk, at.sk);
  // Put there by somebody else it could send notices elsewhere: then nothing is sent at all.
  const preferences = item && vault.open<Preferences>(['preferences', accountId], item.value.sealed);
  return { preferences: preferences ?? NONE, revision: item?.revision ?? null };
}

export interface PreferencesChange {
  readonly after: Preferences;
  readonly more: readonly RecordOperation[];
}

/** Reads, lets `change` decide, writes, with what else belongs into the transaction. `change` may throw. */
export async function changePreferences(
  deps: PreferencesDeps,
  accountId: string,
  change: (before: Preferences) => PreferencesChange | Promise<PreferencesChange>,
): Promise<Preferences> {
  for (let attempt = 1; ; attempt++) {
    const { preferences, revision } = await readPreferences(deps, accountId);
    const { after, more } = await change(preferences);
    const value = { sealed: deps.vault.seal(['preferences', accountId], after) };
    const condition = revision === null ? 'absent' : { revision };
    try {
      await deps.records.transact([{ op: 'put', ...keys.preferences(accountId), value, if: condition }, ...more]);
      return after;
    } catch (error) {
      if (!hasCode(error, 'record_conflict') || attempt >= ATTEMPTS) throw error;
    }
  }
}
