/** Numbers of the CLI. They are not settings of the server, so they have no HOLDFAST_ names. */
export const clientLimits = {
  /** No byte in either direction for this long: the line is dead. A server under load still sends something. */
  stallTimeoutMs: 60_000,
  /** After the last byte of an upload the server may still be making it durable, twice when it is set so. */
  storedTimeoutMs: 600_000,
  /** Far above the longest page of a listing; anything more is not our server. */
  maxReplyBytes: 16 * 1024 * 1024,
} as const;

export type ClientLimits = { readonly [Name in keyof typeof clientLimits]: number };
