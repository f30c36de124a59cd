import type { AuditTrail } from '../base/audit-event.ts';
import type { Clock } from '../base/clock.ts';
import type { Log } from '../base/log.ts';
import type { Shares } from '../files/index.ts';
import type { JsonObject, PubSub, RecordOperation, RecordStore } from '../storage/index.ts';
import type { Verb } from './alerts/alert.ts';
import type { Told } from './people/told.ts';
import type { ChatSettings } from './settings.ts';

/** Somebody with an account. */
export interface Person {
  readonly accountId: string;
  readonly handle: string;
  readonly name: string;
  readonly role: 'admin' | 'member' | 'guest';
}

/** A person at work: whatever they came with (a login session, an app password) was checked just now. */
export type Caller = Person & {
  readonly sessionId: string;
  /** Opens their conversations; asked for when one is opened, since making it costs something. */
  readonly key?: () => PersonalKey;
  /** A program with a token of its own: what it may do in the rooms that it is a member of. */
  readonly bot?: 'read' | 'write' | 'both';
  /** Came with an app password for chat: a plain member of every room, whatever role the person has there. */
  readonly asMember?: true;
};

/** What stands for a person in chat while they are at work. */
export interface PersonalKey {
  /** `age1…`: what others wrap for. */
  readonly recipient: string;
  /** `null` for what was not wrapped for this person. */
  open(wrap: string): Buffer | null;
}

/** What of the workspace key chat needs. */
export interface ChatKey {
  readonly generation: number;
  derive(purpose: string, generation?: number): Buffer;
  mac(kind: string, fields: JsonObject): string;
  verifyMac(kind: string, fields: JsonObject, mac: unknown): boolean;
}

/** What somebody does about an alert. */
export interface AlertAct {
  readonly verb: Verb;
  readonly findingId: string | null;
  readonly reason: string;
  readonly untilMs: number | null;
}

/** Signed requests to programs elsewhere, by a way that reaches public addresses alone. */
export interface SignedPosts {
  /** Throws for an address that can never be reached. */
  check(url: string): void;
  /** Resolves with the answer once it was taken. Throws `channel_unavailable` (again), `channel_refused` (never again). */
  send(
    request: { readonly url: string; readonly secret: string; readonly id: string; readonly body: string },
    signal: AbortSignal,
  ): Promise<string>;
}

export interface ChatDeps {
  readonly records: RecordStore;
  /** The records were put back from a copy. */
  readonly recordsAreOlder: boolean;
  readonly pubSub: PubSub;
  readonly clock: Clock;
  readonly log: Log;
  readonly settings: ChatSettings;
  /** Names this process among the servers that share the records. */
  readonly holder: string;
  readonly workspaceKey: ChatKey;
  readonly audit: Pick<AuditTrail<RecordOperation>, 'operations'>;
  /** What is attached to messages. */
  readonly shares: Pick<Shares, 'facts' | 'standing' | 'open' | 'end'>;
  /** One record, for the transaction of the message of which people are told. */
  readonly tell: (told: Told) => RecordOperation;
  /** Somebody has read all of a room: what they were told of it is seen. */
  readonly onRead: (accountId: string, roomId: string) => void;
  /** `null` when nobody who may log in has this handle. */
  readonly personOfHandle: (handle: string) => Promise<Person | null>;
  readonly person: (accountId: string) => Promise<Person | null>;
  /** Everybody who may log in, in order of sign-up, by pages; `next` is the `after` of the following one. */
  readonly people: (page: {
    readonly after?: string | undefined;
    readonly limit: number;
  }) => Promise<{ readonly people: readonly Person[]; readonly next: string | null }>;
  readonly posts: SignedPosts;
  /** Does what an alert offers, as whoever keeps the thing decides it. Throws what that throws. */
  readonly decide: (caller: Caller, act: AlertAct) => Promise<void>;
  /** Whether a name is the handle of an account, or reserved. */
  readonly isHandleTaken: (name: string) => Promise<boolean>;
  /** Ids of the workspace's admins. */
  readonly admins: () => Promise<readonly string[]>;
  /** The account's own recipient (`age1…`); `null` for somebody who may not log in. */
  readonly recipientOf: (accountId: string) => Promise<string | null>;
}
