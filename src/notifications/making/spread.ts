/**
 * The second step: a batch goes to each of its readers, one transaction for each, which also notes in the batch who has
 * it. A crash in between leaves the rest of the readers for the next turn.
 */
import { hasCode } from '../../base/errors.ts';
import { errorFacts } from '../../base/error-facts.ts';
import type { RecordItem, RecordOperation } from '../../storage/index.ts';
import { isToldInAlerts } from '../alerts/alerts-channel.ts';
import { feedOperations } from '../feed/write.ts';
import type { NoticeKind } from '../kind.ts';
import type { NotificationsDeps, Reader } from '../notifications-deps.ts';
import { ALERTS_CHANNEL, BATCHES, keys, type BatchContent, type BatchRow } from '../records.ts';
import type { OpenChannels } from '../outbox/channels.ts';
import { postToPerson, postToWorkspace, WORKSPACE } from '../outbox/post.ts';
import { isForFeed, leavesBy } from '../rules/apply.ts';
import { readPreferences } from '../rules/preferences.ts';
import type { Vault } from '../vault.ts';

export interface SpreadDeps extends Omit<NotificationsDeps, 'kinds'> {
  readonly vault: Vault;
  readonly kinds: ReadonlyMap<string, NoticeKind>;
  readonly channels: OpenChannels;
}

const ATTEMPTS = 8;

/** Resolves with how many batches there were. */
export async function spreadAll(given: SpreadDeps, signal: AbortSignal): Promise<number> {
  // Who the admins are is read once for all batches of a turn.
  let admins: ReturnType<SpreadDeps['admins']> | null = null;
  const deps = { ...given, admins: () => (admins ??= given.admins()) };
  let batches = 0;
  let after: string | undefined;
  do {
    const page = await deps.records.query<BatchRow>(BATCHES, {
      limit: 100,
      ...(after === undefined ? {} : { after }),
    });
    for (const item of page.items) {
      if (signal.aborted) return batches;
      await spread(deps, item);
      batches += 1;
    }
    after = page.next;
  } while (after !== undefined);
  return batches;
}

async function spread(deps: SpreadDeps, item: RecordItem<BatchRow>): Promise<void> {
  const { vault, log } = deps;
  const batchId = item.sk;
  const { sealed } = item.value;
  const content = vault.open<BatchContent>(['batch', batchId], sealed);
  const kind = content && deps.kinds.get(content.kind);
  if (content && kind) {
    const isSilent = kind.names === 'resource' && !(await deps.guardNoticeNames());
    const told = isSilent ? withoutNames(content) : content;
    for (const reader of await readersOf(deps, content)) {
      await tell(deps, batchId, sealed, reader.accountId, () => operationsFor(deps, reader, kind, told));
    }
    // Channels that are one place get no facts about anybody's account.
    const forAll = kind.names === 'resource' ? told : { ...told, details: [] };
    await tell(deps, batchId, sealed, WORKSPACE, () => operationsForWorkspace(deps, kind, forAll));
  } else log.error({ batchId }, 'Notices of a kind that is not known, or not written by this workspace, are dropped');
  await finish(deps, batchId, sealed);
}

/** What can be decided on stays, by its id alone. */
function withoutNames(content: BatchContent): BatchContent {
  const about = content.about?.map((each) => ({ ...each, title: '' }));
  return { ...content, details: [], ...(about ? { about } : {}) };
}

/** Takes the batch away, unless another server has put more into it since it was read: that is for the next turn. */
async function finish({ records }: SpreadDeps, batchId: string, sealed: string): Promise<void> {
  const { pk, sk } = keys.batch(batchId);
  const batch = await records.get<BatchRow>(pk, sk);
  if (batch?.value.sealed !== sealed) return;
  try {
    await records.transact([{ op: 'delete', pk, sk, if: { revision: batch.revision } }]);
  } catch (error) {
    if (!hasCode(error, 'record_conflict')) throw error;
  }
}

async function readersOf({ reader, admins }: SpreadDeps, { accountId }: BatchContent): Promise<readonly Reader[]> {
  if (accountId === null) return await admins();
  const people = typeof accountId === 'string' ? [accountId] : accountId;
  const found = await Promise.all(people.map((each) => reader(each)));
  return found.filter((each) => each !== null);
}

/** The feed, and what leaves by channels. */
async function operationsFor(
  deps: SpreadDeps,
  reader: Reader,
  kind: NoticeKind,
  content: BatchContent,
): Promise<RecordOperation[]> {
  const { preferences } = await readPreferences(deps, reader.accountId);
  return [
    ...(isForFeed(preferences.rules, kind) ? await feedOperations(deps, reader, kind, content) : []),
    ...(await postToPerson(deps, reader.accountId, preferences, kind, content)),
  ];
}

/** To the channels that are one place: what admins hear, or what was chosen for each. */
async function operationsForWorkspace(
  deps: SpreadDeps,
  kind: NoticeKind,
  content: BatchContent,
): Promise<RecordOperation[]> {
  const operations: RecordOperation[] = [];
  const all = await deps.channels.all();
  for (const channel of all) {
    const { kinds } = channel.content;
    const isWanted = kinds === null ? kind.audience === 'admins' : kinds.includes(kind.name);
    if (channel.isPersonal || !isWanted || !leavesBy(kind, channel.kind)) continue;
    operations.push(...(await postToWorkspace(deps, channel, content)));
  }
  const own = kind.audience === 'admins' ? await deps.channels.facts(ALERTS_CHANNEL) : null;
  if (own && (await isToldInAlerts(deps.alertsRoom, all)))
    operations.push(...(await postToWorkspace(deps, own, content)));
  return operations;
}

/** Nothing happens to a reader twice: the batch says who has it, and is written in the same transaction. */
async function tell(
  deps: SpreadDeps,
  batchId: string,
  sealed: string,
  readerId: string,
  operations: () => Promise<RecordOperation[]>,
): Promise<void> {
  const { pk, sk } = keys.batch(batchId);
  for (let attempt = 1; ; attempt++) {
    const batch = await deps.records.get<BatchRow>(pk, sk);
    // What another server has put more into is handed out as a whole by the next turn.
    if (batch?.value.sealed !== sealed || batch.value.done.includes(readerId)) return;
    const done: RecordOperation = {
      op: 'put',
      pk,
      sk,
      value: { ...batch.value, done: [...batch.value.done, readerId] },
      if: { revision: batch.revision },
    };
    try {
      const more = await operations();
      if (more.length === 0) return;
      await deps.records.transact([done, ...more]);
      if (readerId !== WORKSPACE) deps.onNotice(readerId);
      return;
    } catch (error) {
      if (hasCode(error, 'record_conflict') && attempt < ATTEMPTS) continue;
      if (!hasCode(error, 'age_key_invalid')) throw error;
      // One reader with damaged records must not hold up the others.
      deps.log.error({ readerId, ...errorFacts(error) }, 'A notice could not be encrypted');
      return;
    }
  }
}
