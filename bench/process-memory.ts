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

/** The most resident memory that a process and each of its present children had so far, together. */
export function familyPeakMiB(pid: number): number {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter(Boolean);
  return [pid, ...children.map(Number)].reduce((sum, each) => sum + peakOrNone(each), 0);
}

/** A child may have ended since it was listed. */
function peakOrNone(pid: number): number {
  try {
    return peakMiB(pid);
  } catch {
    return 0;
  }
}
