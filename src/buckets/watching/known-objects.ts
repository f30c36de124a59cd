/**
 * What is known of each object of a place, in columns: a million objects take some 150 MB, most of it their names.
 */
import { hash } from 'node:crypto';
import { NEVER_READ, NEW_UNREAD } from './seen-acl.ts';
import type { ListedObject } from './watched-store.ts';

/** Where an object stands in the columns, as long as it is there. */
export type Slot = number;

/** `touched`: the same bytes at another time: they were written again, or what is around them was changed. */
export type Was = 'new' | 'same' | 'touched' | 'changed';

/** As it is kept between two runs. */
export interface KeptObject {
  readonly key: string;
  /** Eight bytes that stand for size and bytes. */
  readonly content: bigint;
  readonly size: number;
  /** -1: the store does not say. */
  readonly modifiedMs: number;
  /** See seen-acl.ts. */
  readonly acl: bigint;
}

export interface KnownObjects {
  readonly size: number;
  /** Begins another look: nothing is seen yet. */
  begin(): void;
  /** Takes in how an object is now. */
  see(object: ListedObject, isFirstLook: boolean): { readonly slot: Slot; readonly was: Was };
  /** What no {@link see} named since {@link begin}. */
  unseen(): Slot[];
  /** The next ones in turn, each at most once. */
  next(most: number): Slot[];
  get(slot: Slot): KeptObject;
  setAcl(slot: Slot, acl: bigint): void;
  remove(slot: Slot): void;
  /** By its key, whether it is there or not. */
  restore(object: KeptObject): void;
  forget(key: string): void;
  /** All of them, those whose turn is next first. */
  slots(): Iterable<Slot>;
}

const FIRST_CAPACITY = 1024;

export function openKnownObjects(): KnownObjects {
  const slotOf = new Map<string, Slot>();
  const keys: (string | null)[] = [];
  const free: Slot[] = [];
  let content = new BigUint64Array(FIRST_CAPACITY);
  let acls = new BigUint64Array(FIRST_CAPACITY);
  let sizes = new Float64Array(FIRST_CAPACITY);
  let modified = new Float64Array(FIRST_CAPACITY);
  let seenIn = new Uint8Array(FIRST_CAPACITY);
  let look = 1;
  let turn: Slot = 0;

  const grow = (): void => {
    const capacity = sizes.length * 2;
    const [fewer, lists, bytes, times, looks] = [content, acls, sizes, modified, seenIn];
    (content = new BigUint64Array(capacity)).set(fewer);
    (acls = new BigUint64Array(capacity)).set(lists);
    (sizes = new Float64Array(capacity)).set(bytes);
    (modified = new Float64Array(capacity)).set(times);
    (seenIn = new Uint8Array(capacity)).set(looks);
  };
  const add = (key: string): Slot => {
    const slot = free.pop() ?? keys.length;
    if (slot >= sizes.length) grow();
    keys[slot] = key;
    slotOf.set(key, slot);
    return slot;
  };
  const remove = (slot: Slot): void => {
    const key = keys[slot];
    if (key === null || key === undefined) return;
    slotOf.delete(key);
    keys[slot] = null;
    free.push(slot);
  };
  /** From the one whose turn is next. */
  function* inTurn(): Generator<Slot> {
    const end = keys.length;
    for (let step = 0; step < end; step += 1) {
      const slot = (turn + step) % end;
      if (keys[slot] !== null) yield slot;
    }
  }

  return {
    get size() {
      return slotOf.size;
    },
    begin() {
      // 0 is what nobody has seen.
      look = (look % 255) + 1;
    },
    see({ key, size, etag, modifiedMs }, isFirstLook) {
      const digest = contentOf(etag, size);
      const time = modifiedMs ?? -1;
      const known = slotOf.get(key);
      const slot = known ?? add(key);
      const isSame = known !== undefined && content[slot] === digest;
      const was = known === undefined ? 'new' : !isSame ? 'changed' : modified[slot] === time ? 'same' : 'touched';
      content[slot] = digest;
      sizes[slot] = size;
      modified[slot] = time;
      seenIn[slot] = look;
      if (known === undefined) acls[slot] = isFirstLook ? NEVER_READ : NEW_UNREAD;
      return { slot, was };
    },
    unseen: () => [...inTurn()].filter((slot) => seenIn[slot] !== look),
    next(most) {
      const chosen: Slot[] = [];
      for (const slot of inTurn()) {
        if (chosen.length === most) break;
        chosen.push(slot);
      }
      const last = chosen.at(-1);
      if (last !== undefined) turn = (last + 1) % keys.length;
      return chosen;
    },
    get: (slot) => ({
      key: keys[slot] ?? '',
      content: content[slot] ?? 0n,
      size: sizes[slot] ?? 0,
      modifiedMs: modified[slot] ?? -1,
      acl: acls[slot] ?? NEVER_READ,
    }),
    setAcl: (slot, acl) => void (acls[slot] = acl),
    remove,
    restore(object) {
      const slot = slotOf.get(object.key) ?? add(object.key);
      content[slot] = object.content;
      sizes[slot] = object.size;
      modified[slot] = object.modifiedMs;
      acls[slot] = object.acl;
      seenIn[slot] = 0;
    },
    forget(key) {
      const slot = slotOf.get(key);
      if (slot !== undefined) remove(slot);
    },
    slots: inTurn,
  };
}

function contentOf(etag: string, size: number): bigint {
  return hash('sha256', `${etag} ${size}`, 'buffer').readBigUInt64LE();
}
