/** What lies in a store, whichever kind it is: seen and spoiled through the port, with nothing of the server in between. */
import { bytesBody, type ObjectStore } from '../../../src/storage/index.ts';
import { allKeys, read } from '../../../src/storage/objects/contract-support.ts';

/** All keys, in their order. */
export async function keysIn(store: ObjectStore, prefix = ''): Promise<string[]> {
  return await allKeys(store, { prefix });
}

export async function bytesAt(store: ObjectStore, key: string): Promise<Buffer> {
  return await read(store, key);
}

/** As a disk or a bucket would that lost a bit of the object's last byte; done twice, it is whole again. */
export async function flipLastBit(store: ObjectStore, key: string): Promise<void> {
  const bytes = await bytesAt(store, key);
  bytes.writeUInt8(bytes.readUInt8(bytes.length - 1) ^ 1, bytes.length - 1);
  await store.put(key, bytesBody(bytes), { size: bytes.length });
}
