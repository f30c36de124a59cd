import { accountErrors, type Session } from '../../accounts/index.ts';
import { actorOf, type AuditTrail } from '../../base/audit-event.ts';
import { isId } from '../../base/ids.ts';
import type { RecordOperation } from '../../storage/index.ts';
import { keys, type QuotaRow } from '../records.ts';
import type { UsageView } from '../wire.ts';
import { usageOf, type QuotaDeps } from './usage.ts';

/** What accounts use and may use. Who may ask about others is decided by whoever mounts it. */
export interface QuotaActs {
  /** Throws `person_not_found`. */
  usage(accountId: string): Promise<UsageView>;
  /** `null` for as much as there is, `undefined` for what everybody has. Throws `person_not_found`. */
  setQuota(admin: Session, accountId: string, quotaBytes: number | null | undefined): Promise<UsageView>;
}

export interface QuotaActsDeps extends QuotaDeps {
  readonly audit: Pick<AuditTrail<RecordOperation>, 'operations'>;
  readonly accountName: (accountId: string) => Promise<string | null>;
}

export function quotaActs(deps: QuotaActsDeps): QuotaActs {
  const usage = async (accountId: string): Promise<UsageView> => {
    if (!isId(accountId) || (await deps.accountName(accountId)) === null) throw accountErrors('person_not_found');
    const { usedBytes, quotaBytes, isOwn } = await usageOf(deps, accountId);
    return { accountId, usedBytes, quotaBytes, isDefault: !isOwn };
  };
  return {
    usage,
    async setQuota(admin, accountId, quotaBytes) {
      await usage(accountId);
      const at = keys.quota(accountId);
      const value: QuotaRow = { bytes: quotaBytes ?? null };
      await deps.records.transact([
        quotaBytes === undefined ? { op: 'delete', ...at } : { op: 'put', ...at, value },
        ...deps.audit.operations({
          act: 'quota.changed',
          ...actorOf(admin),
          subjectIds: [accountId],
          facts: { quotaBytes: quotaBytes === undefined ? 'default' : quotaBytes },
        }),
      ]);
      return usage(accountId);
    },
  };
}
