import type { KeyIdentity } from '../age/index.ts';
import type { RecordOperation } from '../storage/index.ts';

/** What a person may do in the workspace; what they may do in a drive is the drive's own matter. */
export type Role = 'admin' | 'member' | 'guest';

/** Who is asking, proven for this one request. Holds the opened account identity: never kept, logged or sent. */
export type Session = {
  readonly sessionId: string;
  readonly accountId: string;
  readonly role: Role;
  readonly email: string;
  readonly name: string;
  readonly handle: string;
  /** What the person called the device at login; 1-100 characters. */
  readonly device: string;
  /** Opened with the token's secret part; opens the person's drive keyrings. */
  readonly identity: KeyIdentity;
};

/**
 * What an app password is good for. `files` carries the account identity and opens files; `chat` an identity of its own
 * kind, from which the account's cannot be had; `agent` no key at all.
 */
export type AppPasswordScope = 'files' | 'chat' | 'agent';

/** Who came with an app password, with just the key that its scope carries. */
export type AppPasswordHolder = Omit<Session, 'identity' | 'sessionId'> & {
  readonly appPasswordId: string;
} & (
    | { readonly scope: 'files'; readonly identity: KeyIdentity }
    | { readonly scope: 'chat'; readonly chatIdentity: KeyIdentity }
    | { readonly scope: 'agent' }
  );

/** A person who came with an app password of the scope `chat`, which opens conversations and nothing else. */
export type ChatHolder = Omit<Session, 'identity'> & { readonly chatIdentity: KeyIdentity };

/** A guard that came with an app password of the scope `agent`: it holds no key and is nobody's session. */
export type Agent = Pick<AppPasswordHolder, 'appPasswordId' | 'accountId' | 'role'>;

/** The facts about a new account that others need in order to prepare for it. */
export type NewAccount = {
  readonly accountId: string;
  readonly name: string;
  readonly handle: string;
  readonly role: Role;
  /** The account's age recipient (`age1pq1…`): what is encrypted to it only the person opens. */
  readonly recipient: string;
};

/**
 * Called at sign-up before the account exists: makes durable what must lie in the stores from the start, and returns
 * the records that go into the sign-up's own transaction (at most {@link MAX_PROVISION_OPERATIONS}), so that an
 * account and its drive appear together or not at all.
 */
export type AccountProvisioner = (account: NewAccount) => Promise<readonly RecordOperation[]>;

/**
 * Asked when an account gets a new identity: what moves its keyrings to the new recipient, for the transaction of that
 * act, and what to put into the stores before it: keyrings that open with the old identity and with the new one.
 */
export type DriveRotation = {
  readonly operations: readonly RecordOperation[];
  readonly transitional: readonly { readonly path: string; readonly bytes: Uint8Array }[];
};

/** A transaction holds 100 operations; sign-up itself needs the rest. */
export const MAX_PROVISION_OPERATIONS = 80;
