/** What the pages about storage ask of the server: copies, space, and what the server says of its own health. */
import { queryOptions } from '@tanstack/react-query';
import type { BackupStatusView, UsageView } from '../../../../../src/files/wire.ts';
import { request } from '../../../base/requests/api.ts';

export type { BackupStatusView, UsageView };

export const usageOptions = queryOptions({
  queryKey: ['usage'],
  queryFn: ({ signal }) => request<UsageView>('GET', '/account/usage', { signal }),
});

export const quotaOptions = (accountId: string) =>
  queryOptions({
    queryKey: ['quota', accountId],
    queryFn: ({ signal }) => request<UsageView>('GET', `/people/${encodeURIComponent(accountId)}/quota`, { signal }),
  });

/** `null`: as much as there is; `undefined`: what everybody has. */
export function setQuota(accountId: string, quotaBytes: number | null | undefined): Promise<UsageView> {
  const json = quotaBytes === undefined ? {} : { quotaBytes };
  return request('POST', `/people/${encodeURIComponent(accountId)}/quota`, { json });
}

export const backupStatusOptions = queryOptions({
  queryKey: ['backup-status'],
  queryFn: ({ signal }) => request<BackupStatusView>('GET', '/backup/status', { signal }),
});

export interface HealthCheck {
  readonly id: string;
  readonly verdict: 'pass' | 'warn' | 'fail';
  readonly what: string;
  readonly remedy: string | null;
}

export const healthOptions = queryOptions({
  queryKey: ['doctor'],
  queryFn: async ({ signal }) => (await request<{ checks: HealthCheck[] }>('GET', '/doctor', { signal })).checks,
});

export interface RecordsBackup {
  /** On the server. */
  readonly file: string;
  readonly time: string;
  readonly bytes: number;
}

export function backUpRecords(): Promise<RecordsBackup> {
  return request('POST', '/records/backups');
}
