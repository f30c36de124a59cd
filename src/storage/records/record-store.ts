/**
 * The port for everything that is not bytes of files: small JSON items under (pk, sk), shaped by what DynamoDB can do.
 *
 * pk and sk are 1-512 characters of printable ASCII; a value is at most 350 KiB of JSON, nested at most 32 deep, its
 * numbers whole and below 2^53, its texts well-formed. Reads see the last write.
 * Items whose `expiresAtMs` has passed are never returned, and are removed some time later.
 */
export interface RecordStore extends AsyncDisposable {
  readonly properties: RecordStoreProperties;

  /** `null` when there is no such item. What comes back may be shared with others who read it, and is not to be changed. */
  get<Value extends JsonObject>(pk: string, sk: string): Promise<RecordItem<Value> | null>;

  /** Items of one pk in order of sk (byte order), page by page. A page of large values ends before its limit. */
  query<Value extends JsonObject>(pk: string, options?: QueryOptions): Promise<RecordPage<Value>>;

  /**
   * All of 1-100 operations or none; durable when it resolves. No two may touch the same item, and their values are
   * at most 3.5 MiB together. Every condition is checked before anything is written.
   * Throws `record_conflict` (extra.index names the first operation whose condition failed), `record_too_large`,
   * `record_key_invalid`, `record_value_invalid`, `transaction_invalid`, `records_full`, `records_unavailable`.
   */
  transact(operations: readonly RecordOperation[]): Promise<void>;
}

export interface RecordStoreProperties {
  /** The store's URL without secrets. */
  readonly url: string;
  /** A consistent copy of the whole store can be made while it is in use. */
  readonly backup: boolean;
}

export type JsonValue = null | boolean | number | string | readonly JsonValue[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: JsonValue;
}

export interface RecordItem<Value extends JsonObject = JsonObject> {
  readonly pk: string;
  readonly sk: string;
  readonly value: Value;
  /** Changes with every write of the item; what `{ revision }` conditions compare. */
  readonly revision: string;
  readonly expiresAtMs?: number;
}

/** `absent`: no (unexpired) item there; `present`: any; `revision`: exactly the one that was read. */
export type RecordCondition = 'absent' | 'present' | { readonly revision: string };

export type RecordOperation =
  | {
      readonly op: 'put';
      readonly pk: string;
      readonly sk: string;
      readonly value: JsonObject;
      readonly expiresAtMs?: number;
      readonly if?: RecordCondition;
    }
  | { readonly op: 'delete'; readonly pk: string; readonly sk: string; readonly if?: RecordCondition }
  /** Writes nothing; the transaction fails unless the condition holds. */
  | { readonly op: 'check'; readonly pk: string; readonly sk: string; readonly if: RecordCondition };

export interface QueryOptions {
  /** Only items whose sk starts with this. */
  readonly prefix?: string;
  /** The sk after which (before which, when `reverse`) the page starts; it need not exist. */
  readonly after?: string;
  /** 1-1000, default 100. */
  readonly limit?: number;
  readonly reverse?: boolean;
}

export interface RecordPage<Value extends JsonObject = JsonObject> {
  readonly items: readonly RecordItem<Value>[];
  /** There when more may follow: pass it as `after`. */
  readonly next?: string;
}
