/**
 * The port for everything that lies in a bucket or a folder: opaque keys to immutable bytes.
 *
 * Keys are `/`-separated segments of `[A-Za-z0-9._-]`, 1-512 characters in all and 1-255 each, no segment starting
 * with `.`; others are refused with `object_key_invalid` before anything is touched. No key may be a folder of another
 * (`a` beside `a/b`): a folder cannot hold both, and refuses the second with the same code (`refusesNesting`).
 * An object is visible whole or not at all. Errors are the codes of ../errors.ts; `isRetryable` there tells which may
 * be tried again.
 */
export interface ObjectStore extends AsyncDisposable {
  readonly properties: ObjectStoreProperties;

  /**
   * Streams `body` into `key`. Durable (on disk, not in a cache) when it resolves. When `body` throws, or `signal`
   * aborts, nothing is left behind and the error is rethrown. Replaces what was there unless `createOnly`. A piece may be
   * used until the next one is asked for, and not a moment longer: its memory may be gone then.
   *
   * Throws `object_exists` (createOnly), `body_size_mismatch`, `object_too_large`, `store_full`, `store_unavailable`,
   * `store_denied`.
   */
  put(key: string, body: AsyncIterable<Uint8Array>, options?: PutOptions): Promise<ObjectInfo>;

  /** Opens an object or a range of it. Throws `object_not_found`, `range_invalid`. */
  get(key: string, options?: GetOptions): Promise<ObjectBody>;

  /** `null` when there is no such object. */
  head(key: string, options?: { readonly signal?: AbortSignal }): Promise<ObjectInfo | null>;

  /** Durable when it resolves; deleting what is not there is no error. */
  delete(key: string, options?: DeleteOptions): Promise<void>;

  /** Keys in ascending byte order. `next` is there when more may follow: pass it as `after`. */
  list(options: ListOptions): Promise<ObjectPage>;

  /**
   * Copies inside the store, without the bytes passing through this process where the store can. With `createOnly` a
   * store may look first and copy then.
   */
  copy(from: string, to: string, options?: CopyOptions): Promise<ObjectInfo>;

  /** Large bodies in parts that may arrive over hours and survive a restart of this process. */
  readonly multipart: MultipartUploads;
}

/** What a store can do beyond what every store must, as trying it showed. */
export type StoreAbilities = {
  /** `createOnly` is enforced by the store itself, atomically. */
  readonly createOnly: boolean;
  /** Overwritten and deleted objects stay readable by `versionId`. */
  readonly versions: boolean;
  /** One version can be deleted for good, and leaves no mark; `null`: there are none, or nobody has tried. */
  readonly deletesVersions: boolean | null;
  /**
   * Whether objects can be held against deletion by anybody: `off`; `on`, when asked for; `always`, every one of them
   * for some time; `null`: the store does not say.
   */
  readonly objectLock: 'off' | 'on' | 'always' | null;
  /** Reads answer with the bytes that were asked for, and no others; `null`: nobody has tried. */
  readonly ranges: boolean | null;
  /** It takes an object in parts. */
  readonly parts: boolean;
  /** How many one object may have; the highest number of one. */
  readonly maxParts: number;
};

/** What this store can do; callers ask this and never the class. */
export interface ObjectStoreProperties extends StoreAbilities {
  /** The store's URL without secrets: `file:///srv/data/objects`. */
  readonly url: string;
  /** Stores with the same one copy from each other (`CopyOptions.from`); `null`: this one only from itself. */
  readonly place: string | null;
  /** What another store of the same place calls this one. */
  readonly root: string;
  /** A key below another one is refused. Where not, it is stored, and nobody must come to depend on it. */
  readonly refusesNesting: boolean;
  readonly maxObjectBytes: number;
  /** Every part but the last has at least this size, and all of them the same. */
  readonly minPartBytes: number;
}

export interface PutOptions {
  readonly createOnly?: boolean;
  /** Size of the body when known in advance; a body of another size is `body_size_mismatch`. */
  readonly size?: number;
  readonly signal?: AbortSignal;
}

export interface CopyOptions extends PutOptions {
  /** `root` of another store of the same `place`, where `from` lies; default this one. */
  readonly from?: string;
}

export interface DeleteOptions {
  readonly versionId?: string;
  /** Every version that the store has kept, and what says that there were any. */
  readonly allVersions?: boolean;
  readonly signal?: AbortSignal;
}

export interface GetOptions {
  /** First byte, inclusive; default 0. */
  readonly start?: number;
  /** One past the last byte; default and at most the object's size. */
  readonly end?: number;
  readonly versionId?: string;
  readonly signal?: AbortSignal;
}

export interface ObjectInfo {
  readonly key: string;
  /** Bytes of the whole object. */
  readonly size: number;
  /** By the clock of the store; after a put perhaps by that of this process. */
  readonly modifiedAtMs: number;
  /** The store's own version id, where it keeps versions. A list may leave it out. */
  readonly versionId?: string;
}

export interface ObjectBody extends ObjectInfo {
  /**
   * Just the bytes asked for, to be read once. Reading to the end, ending the iteration early, or aborting the signal
   * given to `get` releases the handle or connection; who does not read it at all must do one of the last two.
   */
  readonly body: AsyncIterable<Uint8Array>;
  /**
   * Whether each piece lies in memory of its own that is the reader's from then on: nobody looks at it again. Default false: it may be
   * a part of something else.
   */
  readonly isHandedOver?: boolean;
}

export interface ListOptions {
  /** Only keys that start with this; it need not end at a slash. */
  readonly prefix?: string;
  /** Only keys that sort behind this; it need not exist. */
  readonly after?: string;
  /** 1-1000, default 1000. */
  readonly limit?: number;
  readonly signal?: AbortSignal;
}

export interface ObjectPage {
  readonly objects: readonly ObjectInfo[];
  readonly next?: string;
}

export interface PartInfo {
  /** 1-`maxParts`. */
  readonly number: number;
  readonly size: number;
  /** What the store wants to see again at completion. */
  readonly tag: string;
}

/** The reason of an abort is rethrown; what the store has done by then stays. */
export interface Abortable {
  readonly signal?: AbortSignal | undefined;
}

export interface MultipartUploads {
  create(key: string, options?: Abortable): Promise<{ readonly uploadId: string }>;
  /** Sending a part number again replaces that part. Throws `upload_not_found`, `upload_parts_invalid`, and what `put` throws. */
  putPart(
    key: string,
    uploadId: string,
    number: number,
    body: AsyncIterable<Uint8Array>,
    options?: Abortable,
  ): Promise<PartInfo>;
  listParts(key: string, uploadId: string, options?: Abortable): Promise<readonly PartInfo[]>;
  /**
   * Makes the object visible, parts in order of their numbers; every part that was sent must be among them. Throws `upload_not_found`, `upload_parts_invalid`, `object_exists`.
   */
  complete(key: string, uploadId: string, parts: readonly PartInfo[], options?: PutOptions): Promise<ObjectInfo>;
  /** Aborting what is not there is no error. */
  abort(key: string, uploadId: string, options?: Abortable): Promise<void>;
}
