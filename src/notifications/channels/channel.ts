/** The port of every way by which a notice leaves the workspace, and what a way must say of itself. */
import type { Clock } from '../../base/clock.ts';
import type { Networks } from '../../base/http/addresses.ts';
import type { Static, Type } from '../../base/http/schema.ts';
import type { NoticeSubject } from '../kind.ts';
import { checkConfig, type FlatSchema } from './checked-config.ts';
import type { ChannelSettings } from './settings.ts';
import type { ResolveHost } from './webhook-address.ts';

/** What leaves by a channel: made once by the outbox, sent as it is. */
export interface Letter {
  /** The same in each repeat, so that a receiver can drop what it has seen. */
  readonly id: string;
  /** `login_new`, … */
  readonly kind: string;
  readonly severity: 'info' | 'warning' | 'critical';
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** How many events it folds. */
  readonly count: number;
  /** One line, no names of files. */
  readonly subject: string;
  /** At most 140 characters: SMS, push. */
  readonly short: string;
  readonly text: string;
  /** Simple HTML. */
  readonly html: string;
  /** Absolute, within publicUrl. */
  readonly link: string | null;
  /** The notices in it one by one, for a channel that shows each by itself; letters about the channel itself have none. */
  readonly notices?: readonly LetterNotice[];
}

export type LetterNotice = {
  /** Equal for repeats of the same thing. */
  readonly key: string;
  readonly kind: string;
  readonly severity: Letter['severity'];
  readonly count: number;
  readonly firstMs: number;
  readonly lastMs: number;
  readonly details: readonly string[];
  readonly about: readonly NoticeSubject[];
  readonly link: string | null;
};

/**
 * One way out, as somebody set it up. `channel_refused` is kept for what the other side will never take: a letter, or the
 * one it is for. What a person can mend (a password, a certificate, a full disk) is `channel_unavailable`, so that the
 * letters that wait go out once it is mended.
 */
export interface Channel extends AsyncDisposable {
  readonly kind: string;
  /** Refuses a destination that can never work, before it is kept. Throws `channel_destination_invalid`. */
  checkDestination(destination: string): void;
  /**
   * Resolves once the other side has taken it. Throws `channel_unavailable` (try again; `extra.retryAfterMs` says when,
   * where that is known), `channel_refused` (never again), or the reason of its signal.
   */
  deliver(letter: Letter, destination: string, options: { readonly signal: AbortSignal }): Promise<void>;
  /** For doctor: reaches the other side as far as it can without sending anything. Throws what `deliver` throws. */
  examine(options: { readonly signal: AbortSignal }): Promise<void>;
}

/** Who may enter a room that is made for notices; `null`: it is not made, somebody has made it. */
export type RoomAudience = 'admins' | 'members';

/** Rooms of the chat, by their names. */
export interface ChatRooms {
  /** Of one message, in UTF-8. */
  readonly maxBytes: number;
  /**
   * Says it once under one id; answers as `look` does when it cannot be said there. `notices`: each by itself, folded into
   * the one before where it is the same again; in place of the text.
   */
  say(
    room: string,
    message: {
      readonly id: string;
      readonly text: string;
      readonly notices: readonly LetterNotice[];
      readonly audience: RoomAudience | null;
    },
  ): Promise<'said' | 'missing' | 'archived'>;
  look(room: string): Promise<'open' | 'missing' | 'archived'>;
}

/** What channels are handed; each takes what it needs of it. */
export interface ChannelDeps {
  readonly clock: Clock;
  readonly settings: ChannelSettings;
  /** What this machine calls itself. */
  readonly hostName: string;
  /** Where files for a SIEM are written; made when it is missing. */
  readonly folder: string;
  /** Every address of a name, for webhooks. */
  readonly resolve: ResolveHost;
  /** Addresses that webhooks may reach although they are not public, and without TLS; what the operator said. */
  readonly allowedNetworks: Networks;
  readonly rooms: ChatRooms;
}

/** One kind of channel, as the registry lists it. */
export interface ChannelKind {
  /** What somebody sets it up with: a JSON object. Fields that are secret carry `writeOnly`. */
  readonly configSchema: object;
  /** Names of the fields to be kept encrypted and never shown. */
  readonly secretFields: readonly string[];
  /** Names of the fields that may change without the secrets' being given again: they do not say where those go. */
  readonly freeFields: readonly string[];
  /**
   * What stands in `destination`: `person`: the address of whoever it is for. `optional`: another place than the one in
   * the configuration, or empty. `none`: always empty, the channel is one place.
   */
  readonly destination: 'person' | 'optional' | 'none';
  /** `people` get one letter a minute that tells all; `programs` get each folded notice by itself, a second apart. */
  readonly readers: 'people' | 'programs';
  /** Sends nothing. Throws `channel_config_invalid`, also for what the schema does not let pass. */
  open(config: unknown, deps: ChannelDeps): Channel;
}

type AnySchema = Parameters<typeof Type.Array>[0];

export function channelKind<Schema extends AnySchema>(kind: {
  readonly schema: Schema;
  readonly destination: ChannelKind['destination'];
  readonly readers: ChannelKind['readers'];
  readonly freeFields?: readonly string[];
  open(config: Static<Schema>, deps: ChannelDeps): Channel;
}): ChannelKind {
  const schema = kind.schema as unknown as FlatSchema;
  return {
    configSchema: kind.schema,
    secretFields: Object.keys(schema.properties).filter((name) => schema.properties[name]?.writeOnly),
    freeFields: kind.freeFields ?? [],
    destination: kind.destination,
    readers: kind.readers,
    open(config, deps) {
      checkConfig(config, schema);
      return kind.open(config as Static<Schema>, deps);
    },
  };
}
