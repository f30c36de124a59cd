/**
 * Every error a person or program can meet has a stable code, declared once in its feature's `errors.ts`
 * by {@link errorCatalogue} and listed in docs/errors.md (a test holds the two together, both ways).
 */

/** What a catalogue says about one code. */
export interface ErrorEntry {
  /** The HTTP status it answers with; the CLI derives its exit code from it. */
  readonly status: number;
  /** One short sentence in plain words: why it failed. */
  readonly title: string;
  /** What the person can do now. */
  readonly remedy: string;
}

export interface ErrorDetail {
  /** What was attempted, on what: "Store “plan.pdf” in folder 0190…". Never a secret. */
  readonly attempted?: string;
  /** What exactly was found, when the title alone does not tell. Never a secret. */
  readonly detail?: string;
  /** Overrides the catalogue's remedy where the case at hand allows a better one. */
  readonly remedy?: string;
  /** Machine-readable extras that go into the RFC 9457 problem as they are. */
  readonly extra?: Readonly<Record<string, unknown>>;
  readonly cause?: unknown;
}

/** The one error class that crosses feature borders. `code` is stable; the words may improve. */
export class HoldfastError extends Error {
  override readonly name = 'HoldfastError';
  readonly code: string;
  readonly status: number;
  readonly title: string;
  readonly remedy: string;
  readonly attempted: string | undefined;
  readonly detail: string | undefined;
  readonly extra: Readonly<Record<string, unknown>>;

  constructor(code: string, entry: ErrorEntry, detail: ErrorDetail = {}) {
    const parts = [detail.attempted, detail.detail ? `${entry.title}: ${detail.detail}` : entry.title];
    super(parts.filter(Boolean).join(': '), detail.cause === undefined ? undefined : { cause: detail.cause });
    this.code = code;
    this.status = entry.status;
    this.title = entry.title;
    this.remedy = detail.remedy ?? entry.remedy;
    this.attempted = detail.attempted;
    this.detail = detail.detail;
    this.extra = detail.extra ?? {};
  }
}

/** Makes errors of one feature: `fail('name_empty', { attempted })` returns the error to throw. */
export interface ErrorCatalogue<Code extends string> {
  (code: Code, detail?: ErrorDetail): HoldfastError;
  readonly entries: Readonly<Record<Code, ErrorEntry>>;
}

export function errorCatalogue<const Entries extends Record<string, ErrorEntry>>(
  entries: Entries,
): ErrorCatalogue<keyof Entries & string> {
  const make = (code: keyof Entries & string, detail?: ErrorDetail): HoldfastError => {
    const entry = entries[code];
    if (!entry) throw new TypeError(`Unknown error code "${code}"`);
    return new HoldfastError(code, entry, detail);
  };
  return Object.assign(make, { entries });
}

/** True when `error` carries one of the given codes; narrows what a caller handles without `instanceof` chains. */
export function hasCode(error: unknown, ...codes: string[]): error is HoldfastError {
  return error instanceof HoldfastError && codes.includes(error.code);
}
