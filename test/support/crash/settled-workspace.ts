/** Waits until a server has nothing left to do, and then asks everybody who could know whether something is missing. */
import type { DoctorReport } from '../../../src/compose/doctor/doctor.ts';
import type { BackupStatusView } from '../../../src/files/wire.ts';
import type { ServedWorkspace, Started } from './served-workspace.ts';
import { brokenCopies, compareStores, workLeft } from './stores-and-records.ts';

export interface Settled {
  readonly complaints: readonly string[];
  readonly objects: number;
  readonly bytes: number;
  readonly unreferenced: { readonly primary: number; readonly backup: number };
  readonly auditEvents: number;
}

/** Copies and purges of a few seconds' work are done long before; past this they never will be. */
const PATIENCE_MS = 60_000;

/**
 * `deep`: every object is read in both stores. `last`: copies of folders that broke off must be gone too, which takes
 * some seconds more.
 */
export async function settle(
  { dataFolder, account }: ServedWorkspace,
  { client }: Started,
  { deep, last }: { readonly deep: boolean; readonly last: boolean },
): Promise<Settled> {
  const complaints: string[] = [];
  const until = performance.now() + PATIENCE_MS;
  const late = (): boolean => performance.now() > until;
  let left = workLeft(dataFolder);
  while ((left.length > 0 || (last && brokenCopies(dataFolder) > 0)) && !late()) {
    await new Promise((resolve) => setTimeout(resolve, 50));
    left = workLeft(dataFolder);
  }
  if (left.length > 0) complaints.push(`still to be done after a minute: ${[...new Set(left)].join(', ')}`);
  if (last && brokenCopies(dataFolder) > 0) complaints.push('half a copy of a folder was not removed');

  const status = await client.ask<BackupStatusView>('GET', '/backup/status');
  if (status.verdict !== 'complete' || status.damaged > 0) complaints.push(`backup status says ${status.verdict}`);
  const { checks } = await client.ask<DoctorReport>('GET', '/doctor');
  for (const { id, verdict, what } of checks) if (verdict === 'fail') complaints.push(`doctor, ${id}: ${what}`);
  const audit = await client.ask<{ verdict: string; events: number; problems: unknown[] }>('POST', '/audit/verify');
  if (audit.verdict !== 'intact') {
    complaints.push(`audit verify says ${audit.verdict}: ${JSON.stringify(audit.problems.slice(0, 3))}`);
  }

  const { driveId } = client;
  const stores = await compareStores(dataFolder, { driveId, accountId: account.accountId, deep });
  complaints.push(...stores.complaints);
  const usage = await client.ask<{ usedBytes: number }>('GET', '/account/usage');
  if (usage.usedBytes !== stores.bytes) {
    complaints.push(`usage: ${usage.usedBytes} bytes are told, the objects have ${stores.bytes}`);
  }
  const { objects, bytes, unreferenced } = stores;
  return { complaints, objects, bytes, unreferenced, auditEvents: audit.events };
}
