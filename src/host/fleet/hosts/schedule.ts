/** When a host scans: all that a server can tell it. */
import type { HostRow } from '../../records.ts';
import type { HostSettings } from '../../settings.ts';
import type { Schedule } from '../report-schema.ts';

export function scheduleOf(
  { hostId, scanEveryMs, with: parts }: Pick<HostRow, 'hostId' | 'scanEveryMs' | 'with'>,
  settings: Pick<HostSettings, 'hostScanEveryMs'>,
): Schedule {
  const everyMs = scanEveryMs ?? settings.hostScanEveryMs;
  // Ids are hashes, so that hosts are spread evenly, and each keeps its place.
  return { scanEveryMs: everyMs, startMs: Number.parseInt(hostId.slice(0, 12), 16) % everyMs, with: [...parts] };
}
