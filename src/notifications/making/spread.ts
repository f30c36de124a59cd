/**
 * The second step: a batch goes to each of its readers, one transaction for each, which also notes in the batch who has
 * it. A crash in between leaves the rest of the readers for the next turn.
 */
import { hasCode } from '../../base/errors.ts';
import { errorFacts } from '../../base/error-facts.ts';
import type { RecordItem, RecordOperation } from '../../storage/index.ts';
import { feedOperations } from '../feed/write.ts';
import type { NoticeKind } from '../kind.ts';
import type { NotificationsDeps, Reader } from '../notifications-deps.ts';
import { BATCHES, keys, type BatchContent, type BatchRow } from '../records.ts';
import type { Vault } from '../vault.ts';

export interface SpreadDeps extends Omit<NotificationsDeps, 'kinds'> {
  readonly vault: Vault;
  readonly kinds: ReadonlyMap<string, NoticeKind>;
}

const ATTEMPTS = 8;

export async function spreadAll(given: SpreadDeps, signal: AbortSignal): Promise<void> {
  // Who the admins are is read once for all batches of a turn.
  let admins: ReturnType<SpreadDeps['admins']> | null = null;
  const deps = { ...given, admins: () => (admins ??= given.admins()) };
  let after: string | undefined;
  do {
    const page = await deps.records.query<BatchRow>(BATCHES, {
      limit: 100,
      ...(after === undefined ? {} : { after }),
    });
    for (const item of page.items) {
      if (signal.aborted) return;
      await spread(deps, item);
    }
    after = page.next;
  } while (after !== undefined);
}

async function spread(deps: SpreadDeps, item: RecordItem<BatchRow>): Promise<void> {
  const { records, vault, log } = deps;
  const batchId = item.sk;
  const content = vault.open<BatchContent>(['batch', batchId], item.value.sealed);
  const kind = content && deps.kinds.get(content.kind);
  if (!content || !kind) {
    log.error({ batchId }, 'Notices of a kind that is not known, or not written by this workspace, are dropped');
    return records.transact([{ op: 'delete', ...keys.batch(batchId) }]);
  }
  const isSilent = kind.names === 'resource' && !(await deps.guardNoticeNames());
  const told = isSilent ? { ...content, details: [] } : content;
  for (const reader of await readersOf(deps, content)) {
    if (item.value.done.includes(reader.accountId)) continue;
    await tell(deps, batchId, told, kind, reader);
  }
  await records.transact([{ op: 'delete', ...keys.batch(batchId) }]);
}

async function readersOf({ reader, admins }: SpreadDeps, { accountId }: BatchContent): Promise<readonly Reader[]> {
  if (accountId === null) return await admins();
  const found = await reader(accountId);
  return found ? [found] : [];
}

/** Nothing happens to a reader twice: the batch says who has it, and is written in the same transaction. */
async function tell(
  deps: SpreadDeps,
  batchId: string,
  content: BatchContent,
  kind: NoticeKind,
  reader: Reader,
): Promise<void> {
  const { pk, sk } = keys.batch(batchId);
  for (let attempt = 1; ; attempt++) {
    const batch = await deps.records.get<BatchRow>(pk, sk);
    if (!batch || batch.value.done.includes(reader.accountId)) return;
    const done: RecordOperation = {
      op: 'put',
      pk,
      sk,
      value: { ...batch.value, done: [...batch.value.done, reader.accountId] },
      if: { revision: batch.revision },
    };
    try {
      await deps.records.transact([done, ...(await feedOperations(deps, reader, kind, content))]);
      deps.onNotice(reader.accountId);
      return;
    } catch (error) {
      if (hasCode(error, 'record_conflict') && attempt < ATTEMPTS) continue;
      if (!hasCode(error, 'age_key_invalid')) throw error;
      // One reader with damaged records must not hold up the others.
      deps.log.error({ accountId: reader.accountId, ...errorFacts(error) }, 'A notice could not be encrypted');
      return;
    }
  }
}
