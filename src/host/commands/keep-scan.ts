/** Keeps what a scan found, and what the next one of the same host is held against. */
import type { CommandContext } from '../../base/commands/command.ts';
import type { Observation } from '../../findings/index.ts';
import { hardeningOf, type Hardening } from '../scanning/hardening.ts';
import { sinceBefore, type Since } from '../scanning/report.ts';
import type { HostScan } from '../scanning/scan.ts';
import type { HostSystem } from '../system/system.ts';
import type { LocalHost } from './local-host.ts';
import { recordScan, type Recorded } from './record-scan.ts';

/** What is kept of the last scan. */
export interface LastScan {
  readonly atMs: number;
  readonly system: HostSystem;
  readonly hardening: Hardening;
  readonly since: Since;
  readonly observations: readonly Observation[];
  /** Of the result that was read in; none: this computer was looked at. */
  readonly resultId?: string;
}

export interface KeptScan extends Recorded {
  readonly hardening: Hardening;
  readonly since: Since;
}

export interface ScanPlace {
  readonly atMs: number;
  /** Of a result that was read in, which is about the host that it names. */
  readonly resultId?: string;
}

/** Of another host, as its results say; `null`: of this computer. */
export function lastScanOf(local: LocalHost, hostId: string | null): Promise<LastScan | null> {
  return local.files.document<LastScan>(`${folderOf(hostId)}last-scan`);
}

export async function keepScan(
  context: CommandContext,
  local: LocalHost,
  scan: HostScan,
  { atMs, resultId }: ScanPlace,
): Promise<KeptScan> {
  const folder = folderOf(resultId === undefined ? null : scan.system.hostId);
  const recorded = await recordScan(context, local, scan);
  const hardening = hardeningOf(scan);
  const since = sinceBefore(await local.files.document<Hardening>(`${folder}hardening`), hardening);
  await local.files.keepDocument(`${folder}hardening`, hardening, false);
  const { observations } = recorded;
  const last: LastScan = {
    ...{ atMs, system: scan.system, hardening, since, observations },
    ...(resultId === undefined ? {} : { resultId }),
  };
  await local.files.keepDocument(`${folder}last-scan`, last, false);
  return { ...recorded, hardening, since };
}

function folderOf(hostId: string | null): string {
  return hostId === null ? '' : `imported/${hostId}/`;
}
