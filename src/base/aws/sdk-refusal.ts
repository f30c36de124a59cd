/** What errors of a cloud's SDK say, whatever class they are of. */

export interface Refusal {
  /** `NoSuchBucketPolicy`, `AccessDenied`, or a system code such as `ECONNRESET`. */
  readonly name: string;
  /** `null` when no answer came. */
  readonly status: number | null;
}

/** `null` for mistakes of this program. */
export function refusalOf(error: unknown): Refusal | null {
  if (!(error instanceof Error)) return null;
  const { $metadata, code, Code } = error as {
    $metadata?: { httpStatusCode?: number };
    code?: unknown;
    Code?: unknown;
  };
  const status = $metadata?.httpStatusCode ?? null;
  if (typeof Code === 'string' && Code !== '') return { name: Code, status };
  if (status !== null || FROM_THE_CLIENT.has(error.name)) return { name: error.name, status };
  return typeof code === 'string' && /^E[A-Z0-9_]+$/.test(code) ? { name: code, status } : null;
}

/** Names that the SDK gives to what never reached the other side. */
const FROM_THE_CLIENT = new Set(['TimeoutError', 'AbortError', 'CredentialsProviderError', 'TokenProviderError']);

/** `AccessDenied, 403`. */
export function refusalText({ name, status }: Refusal): string {
  return status === null ? name : `${name}, ${status}`;
}
