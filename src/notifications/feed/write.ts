import { newId } from '../../base/ids.ts';
import type { RecordOperation } from '../../storage/index.ts';
import { lastDetails, worse, type NoticeKind } from '../kind.ts';
import type { SpreadDeps } from '../making/spread.ts';
import type { Reader } from '../notifications-deps.ts';
import { keys, type BatchContent, type FoldContent, type NoticeRow, type SealedRow } from '../records.ts';
import { macOf, sealBody } from './sealed-notice.ts';

/** What puts a batch into a reader's feed: into the notice that it repeats, else into a new one. */
export async function feedOperations(
  deps: SpreadDeps,
  { accountId, recipient }: Reader,
  kind: NoticeKind,
  content: BatchContent,
): Promise<RecordOperation[]> {
  const { records, vault, clock, settings, workspaceKey } = deps;
  const nowMs = clock();
  const foldHash = vault.hash(accountId, content.kind, content.subject);
  const foldAt = keys.fold(accountId, foldHash);
  const foldItem = await records.get<SealedRow>(foldAt.pk, foldAt.sk);
  const context = ['fold', accountId, foldHash];
  const before = foldItem && vault.open<FoldContent>(context, foldItem.value.sealed);

  const fold: FoldContent = before
    ? {
        ...before,
        severity: worse(before.severity, content.severity),
        count: before.count + content.count,
        details: lastDetails(before.details, content.details),
      }
    : {
        noticeId: newId(),
        firstMs: content.firstMs,
        severity: content.severity,
        count: content.count,
        details: content.details,
      };
  const { noticeId, severity, details, firstMs, count } = fold;
  const at = keys.notice(accountId, noticeId);
  const body = sealBody(recipient, { kind: kind.name, severity, details });
  const row: Omit<NoticeRow, 'mac'> = { firstMs, lastMs: content.lastMs, count, readMs: null, body };
  const expiresAtMs = nowMs + settings.noticesKeptMs;
  return [
    {
      op: 'put',
      ...foldAt,
      value: { sealed: vault.seal(context, fold) },
      expiresAtMs: foldItem?.expiresAtMs ?? nowMs + settings.noticeFoldMs,
      if: foldItem ? { revision: foldItem.revision } : 'absent',
    },
    { op: 'put', ...at, value: { ...row, mac: macOf(workspaceKey, accountId, noticeId, row) }, expiresAtMs },
    { op: 'put', ...keys.unread(accountId, noticeId), value: {}, expiresAtMs },
  ];
}
