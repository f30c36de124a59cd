/**
 * Where outgoing webhooks lie in the RecordStore.
 *
 *     chat-outgoing#<room>       <hook id>   OutgoingRow
 *     chat-outgoing-state        <hook id>   StateRow: how deliveries went lately
 *     chat-outbox                <job id>    JobRow: a message that is to be told, with the transaction that wrote it
 *     chat-outgoing-dead#<room>  <job id>    DeadRow: what was given up
 */
export type OutgoingRow = {
  readonly botId: string;
  readonly label: string;
  /** Address and secret, under the workspace key. */
  readonly sealed: string;
  readonly by: string;
  readonly madeMs: number;
  readonly mac: string;
};

export type StateRow = {
  /** Messages in a row that were given up. */
  readonly failures: number;
  readonly lastCode: string;
  /** `null`: it is told. */
  readonly disabledMs: number | null;
};

export type JobRow = {
  readonly roomId: string;
  readonly hookId: string;
  readonly sequence: number;
  /** Begun. */
  readonly attempts: number;
  /** When it is tried (again): whoever died with it is silent until then. */
  readonly dueMs: number;
};

export type DeadRow = {
  readonly hookId: string;
  readonly sequence: number;
  readonly code: string;
  readonly atMs: number;
};

export const OUTBOX = 'chat-outbox';
export const outgoingOf = (roomId: string): string => `chat-outgoing#${roomId}`;
export const deadOf = (roomId: string): string => `chat-outgoing-dead#${roomId}`;

export const outgoingKeys = {
  hook: (roomId: string, hookId: string) => ({ pk: outgoingOf(roomId), sk: hookId }),
  state: (hookId: string) => ({ pk: 'chat-outgoing-state', sk: hookId }),
  job: (jobId: string) => ({ pk: OUTBOX, sk: jobId }),
  dead: (roomId: string, jobId: string) => ({ pk: deadOf(roomId), sk: jobId }),
} as const;
