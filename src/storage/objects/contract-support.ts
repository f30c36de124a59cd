import { hasCode } from '../../base/errors.ts';
import { bytesBody, readBody } from './body.ts';
import type { ListOptions, ObjectStore } from './object-store.ts';

/** What a test may need of a store beyond the port. */
export interface ObjectStoreUnderTest {
  readonly store: ObjectStore;
  /** Names of what unfinished writes left behind, where that can be seen. */
  readonly leftovers?: () => Promise<readonly string[]>;
}

/** The promise, registered as a test on a fresh store. */
export type Promised = (text: string, body: (under: ObjectStoreUnderTest) => Promise<void>) => void;

export const refused = (code: string) => (error: unknown) => hasCode(error, code);
export const text = (string: string) => bytesBody(Buffer.from(string));

export async function read(store: ObjectStore, key: string, options = {}): Promise<Buffer> {
  return readBody((await store.get(key, options)).body);
}

export async function allKeys(store: ObjectStore, options: ListOptions = {}): Promise<string[]> {
  const keys: string[] = [];
  let after = options.after;
  do {
    const page = await store.list({ ...options, ...(after === undefined ? {} : { after }) });
    keys.push(...page.objects.map(({ key }) => key));
    after = page.next;
  } while (after !== undefined);
  return keys;
}
