/** Memory of another process, from Linux's /proc. */
import { readFileSync, writeFileSync } from 'node:fs';

function statusMiB(pid: number, field: string): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const kib = new RegExp(`^${field}:\\s+(\\d+) kB$`, 'm').exec(status)?.[1];
  if (kib === undefined) throw new Error(`Read ${field} of process ${pid}: not in /proc/${pid}/status`);
  return Number(kib) / 1024;
}

/** Resident memory now, in MiB. */
export function residentMiB(pid: number): number {
  return statusMiB(pid, 'VmRSS');
}

/** The most resident memory since the start, or since {@link forgetPeak}. */
export function peakMiB(pid: number): number {
  return statusMiB(pid, 'VmHWM');
}

/** Starts the measurement of the peak anew: proc(5), clear_refs, value 5. */
export function forgetPeak(pid: number): void {
  writeFileSync(`/proc/${pid}/clear_refs`, '5');
}
