import type { Log } from '../../base/log.ts';
import { type Config, readPassword } from '../../config/index.ts';
import { inProcessPubSub, openRedisPubSub, type RedisPubSub } from '../../storage/index.ts';
import { composeErrors } from '../errors.ts';

/** A start without Redis takes this much longer, and not for ever. */
const PATIENCE_MS = 5_000;

/** How the servers of a workspace hear of each other. Throws `pub_sub_password_unreadable`. */
export async function openPubSub(
  { pubSub: place, pubSubPasswordFile }: Pick<Config, 'pubSub' | 'pubSubPasswordFile'>,
  { workspaceId, log }: { readonly workspaceId: string; readonly log: Log },
): Promise<RedisPubSub> {
  if (place.kind === 'process') return { ...inProcessPubSub({ log }), reached: true };
  const password = pubSubPasswordFile === null ? null : await passwordIn(pubSubPasswordFile);
  const channel = `holdfast:${workspaceId}`;
  return await openRedisPubSub({ place: { ...place, password }, channel, patienceMs: PATIENCE_MS, log });
}

async function passwordIn(file: string): Promise<string> {
  try {
    return await readPassword(file);
  } catch (cause) {
    const { code = 'unknown' } = cause as NodeJS.ErrnoException;
    throw composeErrors('pub_sub_password_unreadable', { attempted: `Read ${file}`, detail: code, cause });
  }
}
