import type { Session } from '../../accounts/index.ts';
import { timestamp } from '../../base/clock.ts';
import { locateFile } from '../entries/entries.ts';
import { afterCursor, type Page } from '../entries/paging.ts';
import type { DriveAccess } from '../keys/access.ts';
import type { OpenShareDeps } from './open-share.ts';
import { type Holder, readShare, SHARES } from './share-rows.ts';
import type { ShareList, ShareView } from './wire.ts';

export interface ListSharesDeps extends Pick<OpenShareDeps, 'records' | 'rowMac'> {
  readonly accountName: (accountId: string) => Promise<string | null>;
  /** What a holder is called to somebody who sees them; else `null`. */
  readonly holderName: (session: Session, holder: Holder) => Promise<string | null>;
}

/** Who may open which versions of a file, for those who can open the file. Throws `entry_not_found`, `is_a_folder`. */
export async function listShares(
  deps: ListSharesDeps,
  access: DriveAccess,
  entryId: string,
  page: Page,
): Promise<ShareList> {
  const { session } = access;
  const file = await locateFile(deps.records, access, entryId);
  const found = await deps.records.query(`entry#${file.entryId}`, {
    prefix: SHARES,
    limit: page.limit ?? 100,
    ...afterCursor(SHARES, page),
  });
  const shares: ShareView[] = [];
  for (const { sk } of found.items) {
    const shareId = sk.slice(SHARES.length);
    const share = await readShare(deps, shareId);
    const version = share?.versions.find((each) => each.entryId === file.entryId);
    if (!share || !version) continue;
    for (const { kind, id, row } of share.holders) {
      const { byId, sinceMs, reference } = row;
      const by = { accountId: byId, name: await deps.accountName(byId) };
      const holder = { kind, id, name: await deps.holderName(session, { kind, id }), reference };
      shares.push({ shareId, versionId: version.versionId, by, sinceTime: timestamp(sinceMs), holder });
    }
  }
  return { shares, ...(found.next === undefined ? {} : { next: found.next.slice(SHARES.length) }) };
}
