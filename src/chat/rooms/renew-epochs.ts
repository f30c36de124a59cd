import { hasCode } from '../../base/errors.ts';
import { newId } from '../../base/ids.ts';
import type { ChatDeps } from '../chat-deps.ts';
import { readHead } from '../messages/log.ts';
import { CONVERSATIONS, keys, ROOMS } from '../records.ts';

/**
 * After the records were put back from a copy: sequences will be given again that clients know as something else, so all
 * rooms and conversations begin another epoch, and every client takes a new page instead of going on.
 */
export async function renewEpochs({ records, log }: Pick<ChatDeps, 'records' | 'log'>): Promise<void> {
  for (const pk of [ROOMS, CONVERSATIONS]) {
    for (let after: string | undefined; ;) {
      const page = await records.query(pk, { limit: 200, ...(after === undefined ? {} : { after }) });
      for (const { sk: roomId } of page.items) await renew({ records, log }, roomId);
      after = page.next;
      if (after === undefined) break;
    }
  }
}

async function renew(deps: Pick<ChatDeps, 'records' | 'log'>, roomId: string): Promise<void> {
  const head = await readHead(deps, roomId);
  if (!head) return;
  const value = { ...head.value, epoch: newId() };
  try {
    await deps.records.transact([{ op: 'put', ...keys.head(roomId), value, if: { revision: head.revision } }]);
  } catch (error) {
    if (!hasCode(error, 'record_conflict')) throw error;
    await renew(deps, roomId);
  }
}
