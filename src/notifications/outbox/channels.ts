/** The channels that admins set up, opened when they are first needed. */
import type { RecordStore } from '../../storage/index.ts';
import type { Channel } from '../channels/index.ts';
import type { ChannelOpener } from '../notifications-deps.ts';
import { CHANNELS, keys, type ChannelContent, type ChannelRow } from '../records.ts';
import type { NotificationsSettings } from '../settings.ts';
import type { Vault } from '../vault.ts';

export interface ChannelFacts {
  readonly channelId: string;
  readonly name: string;
  readonly kind: string;
  /** Each person has an address of their own there; else it is one place for the workspace. */
  readonly isPersonal: boolean;
  /** Programs get each notice by itself. */
  readonly isForPrograms: boolean;
  readonly content: ChannelContent;
  /** The least time from one letter to the next, for each reader. */
  readonly gapMs: number;
  readonly madeMs: number;
}

export interface OpenChannels extends AsyncDisposable {
  /** `null` when there is none, of a kind that this server has. */
  facts(channelId: string): Promise<ChannelFacts | null>;
  all(): Promise<ChannelFacts[]>;
  /** Throws what the kind's `open` does: its configuration may not do any more. */
  open(facts: ChannelFacts): Channel;
}

export interface ChannelsDeps {
  readonly records: RecordStore;
  readonly vault: Vault;
  readonly settings: NotificationsSettings;
  readonly channelKinds: Readonly<Record<string, ChannelOpener>>;
  /** Channels that are there without being set up. */
  readonly builtIn: readonly { readonly facts: ChannelFacts; readonly channel: Channel }[];
}

export function openChannels({ records, vault, settings, channelKinds, builtIn }: ChannelsDeps): OpenChannels {
  const opened = new Map<string, { readonly channel: Channel; readonly config: string }>();
  const factsOf = (channelId: string, { name, kind, madeMs, sealed }: ChannelRow): ChannelFacts | null => {
    const opener = Object.hasOwn(channelKinds, kind) ? channelKinds[kind] : undefined;
    const content = vault.open<ChannelContent>(['channel', channelId, kind], sealed);
    if (!opener || !content) return null;
    const isPersonal = opener.destination === 'person';
    const isForPrograms = opener.readers === 'programs';
    const gapMs = isForPrograms ? settings.noticeProgramGapMs : settings.noticeGapMs;
    return { channelId, name, kind, isPersonal, isForPrograms, content, gapMs, madeMs };
  };
  /** Of a channel that was removed or changed, perhaps on another server. */
  const close = async (channelId: string): Promise<void> => {
    const found = opened.get(channelId);
    opened.delete(channelId);
    await found?.channel[Symbol.asyncDispose]();
  };
  return {
    async facts(channelId) {
      const always = builtIn.find(({ facts }) => facts.channelId === channelId);
      if (always) return always.facts;
      const { pk, sk } = keys.channel(channelId);
      const row = await records.get<ChannelRow>(pk, sk);
      if (!row) await close(channelId);
      return row && factsOf(channelId, row.value);
    },
    async all() {
      const { items } = await records.query<ChannelRow>(CHANNELS, { limit: 1000 });
      return items.flatMap(({ sk, value }) => factsOf(sk, value) ?? []);
    },
    open({ channelId, kind, content }) {
      const always = builtIn.find(({ facts }) => facts.channelId === channelId);
      if (always) return always.channel;
      const config = JSON.stringify(content.config);
      const found = opened.get(channelId);
      if (found?.config === config) return found.channel;
      const channel = channelKinds[kind]?.open(content.config);
      if (!channel) throw new TypeError(`No kind of channel is called “${kind}”`);
      void close(channelId);
      opened.set(channelId, { channel, config });
      return channel;
    },
    async [Symbol.asyncDispose]() {
      const all = [...opened.values()];
      opened.clear();
      for (const { channel } of all) await channel[Symbol.asyncDispose]();
    },
  };
}
