import { storageErrors } from '../errors.ts';
import type { JsonObject, JsonValue, QueryOptions, RecordOperation } from './record-store.ts';

/** Bytes of one value as JSON in UTF-8. */
export const MAX_VALUE_BYTES = 350 * 1024;
/** Bytes of all values of one transaction together; DynamoDB takes 4 MB with everything around them. */
export const MAX_TRANSACTION_BYTES = 3.5 * 2 ** 20;
export const MAX_OPERATIONS = 100;
/** A page ends early once its values reach this, whatever its limit. */
export const MAX_PAGE_BYTES = 4 * 2 ** 20;
/** As deep as DynamoDB nests. */
const MAX_DEPTH = 32;

const KEY = /^[\x20-\x7e]{1,512}$/;
const KEY_START = /^[\x20-\x7e]{0,512}$/;

/** What a store writes for one operation, checked before anything is touched. */
export interface PreparedOperation {
  readonly operation: RecordOperation;
  /** The value as JSON, for `put`. */
  readonly json: string;
}

export function assertRecordKey(pk: string, sk: string, attempted: string): void {
  if (typeof pk !== 'string' || typeof sk !== 'string' || !KEY.test(pk) || !KEY.test(sk)) {
    throw storageErrors('record_key_invalid', { attempted });
  }
}

/** Checks a whole transaction. Throws `transaction_invalid`, `record_key_invalid`, `record_value_invalid`, `record_too_large`. */
export function prepareTransaction(operations: readonly RecordOperation[], attempted: string): PreparedOperation[] {
  if (operations.length < 1 || operations.length > MAX_OPERATIONS) {
    throw storageErrors('transaction_invalid', { attempted, detail: `${operations.length} operations` });
  }
  const touched = new Set<string>();
  let total = 0;
  return operations.map((operation, index) => {
    assertRecordKey(operation.pk, operation.sk, attempted);
    // A newline cannot stand in a key, so that no two different pairs meet.
    const item = `${operation.pk}\n${operation.sk}`;
    if (touched.has(item)) {
      throw storageErrors('transaction_invalid', { attempted, detail: `operation ${index} touches a record again` });
    }
    touched.add(item);
    if (operation.op !== 'put') return { operation, json: '' };
    const json = encodeValue(operation.value, attempted);
    const bytes = Buffer.byteLength(json);
    total += bytes;
    if (bytes > MAX_VALUE_BYTES || total > MAX_TRANSACTION_BYTES) {
      throw storageErrors('record_too_large', {
        attempted,
        detail:
          bytes > MAX_VALUE_BYTES
            ? `a value of ${bytes} bytes`
            : `a transaction of over ${MAX_TRANSACTION_BYTES} bytes`,
        extra: { index },
      });
    }
    assertExpiry(operation.expiresAtMs, attempted);
    return { operation, json };
  });
}

function assertExpiry(expiresAtMs: number | undefined, attempted: string): void {
  if (expiresAtMs !== undefined && (!Number.isSafeInteger(expiresAtMs) || expiresAtMs < 0)) {
    throw storageErrors('record_value_invalid', {
      attempted,
      detail: 'expiresAtMs is no whole number of milliseconds',
    });
  }
}

/** In one walk over the value and one look at its JSON: this is most of what a transaction costs beside the database. */
function encodeValue(value: JsonObject, attempted: string): string {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw valueInvalid('the value is no object', attempted);
  }
  checkPart(value, 1, attempted);
  const json = JSON.stringify(value);
  // Where a text has half of a surrogate pair, its JSON has an escape. So may a text that is about escapes.
  if (json.includes('\\ud')) checkTexts(value, attempted);
  return json;
}

function checkPart(part: JsonValue | undefined, depth: number, attempted: string): void {
  if (depth > MAX_DEPTH) throw valueInvalid(`nested deeper than ${MAX_DEPTH}`, attempted);
  if (typeof part === 'string' || typeof part === 'boolean' || part === null) return;
  if (typeof part === 'number') {
    if (Number.isSafeInteger(part)) return;
    throw valueInvalid('a number that is not whole or not below 2^53', attempted);
  }
  if (Array.isArray(part)) {
    for (const element of part as JsonValue[]) checkPart(element, depth + 1, attempted);
  } else if (typeof part === 'object' && isPlain(part)) {
    const fields = part as JsonObject;
    for (const key of Object.keys(fields)) checkPart(fields[key], depth + 1, attempted);
  } else throw valueInvalid(`${typeof part} is no JSON`, attempted);
}

function checkTexts(part: JsonValue, attempted: string): void {
  if (typeof part === 'string') {
    if (!part.isWellFormed()) throw valueInvalid('text with half of a surrogate pair', attempted);
  } else if (typeof part === 'object' && part !== null) {
    for (const [key, field] of Object.entries(part)) {
      checkTexts(key, attempted);
      checkTexts(field, attempted);
    }
  }
}

function valueInvalid(detail: string, attempted: string): Error {
  return storageErrors('record_value_invalid', { attempted, detail });
}

/** Dates, buffers, maps and the like would turn into something else on the way; so would a `toJSON`. */
function isPlain(object: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(object);
  if (prototype !== Object.prototype && prototype !== null) return false;
  return !('toJSON' in object && typeof object.toJSON === 'function');
}

/** The half-open range of sort keys a query reads: from `low` to before `high`. */
export interface KeyRange {
  readonly low: string;
  readonly high: string;
  readonly limit: number;
}

export function resolveQuery(pk: string, options: QueryOptions, attempted: string): KeyRange {
  const { prefix = '', after, limit = 100, reverse = false } = options;
  if (!KEY.test(pk) || !KEY_START.test(prefix) || !KEY_START.test(after ?? '')) {
    throw storageErrors('record_key_invalid', { attempted });
  }
  if (!Number.isInteger(limit) || limit < 1 || limit > 1000) throw new RangeError(`limit is ${limit}, expected 1-1000`);
  let low = prefix;
  // Behind the last printable character, so that everything that starts with the prefix sorts before it.
  let high = `${prefix}\x7f`;
  if (after !== undefined && reverse) high = after < high ? after : high;
  // Before the first printable character: the least text that sorts behind `after`.
  if (after !== undefined && !reverse) low = `${after}\x01` > low ? `${after}\x01` : low;
  return { low, high, limit };
}
