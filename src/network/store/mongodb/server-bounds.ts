import type { Db, Document } from 'mongodb';
import type { Bounds } from './remove-old.ts';

/**
 * How much a server keeps here and for how long, for whoever else writes here: a verb on somebody's computer does not know the server's
 * settings, and would remove by its own what the server keeps for longer.
 */
const OF_SERVER: Document = { _id: 'server' };

export async function noteBounds(database: Db, { keptMs, mostBytes }: Bounds): Promise<void> {
  await database.collection('bounds').updateOne(OF_SERVER, { $set: { keptMs, mostBytes } }, { upsert: true });
}

/** `null`: no server keeps flows here. */
export async function boundsOfServer(database: Db): Promise<Bounds | null> {
  const found = await database.collection('bounds').findOne(OF_SERVER);
  return found && { keptMs: Number(found['keptMs']), mostBytes: Number(found['mostBytes']) };
}
