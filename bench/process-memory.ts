/** Memory of another process and its children (the server checks passwords in one), from Linux's /proc. */
import { readFileSync, writeFileSync } from 'node:fs';

function statusMiB(pid: number, field: string): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const kib = new RegExp(`^${field}:\\s+(\\d+) kB$`, 'm').exec(status)?.[1];
  if (kib === undefined) throw new Error(`Read ${field} of process ${pid}: not in /proc/${pid}/status`);
  return Number(kib) / 1024;
}

/** Resident memory now of a process and its children together, in MiB. Pages that they share count for each. */
export function familyResidentMiB(pid: number): number {
  return sumOf(pid, 'VmRSS');
}

/** The same with all that descends from it. */
export function treeResidentMiB(pid: number): number {
  const children = unlessEnded(() => familyOf(pid).slice(1)) ?? [];
  const own = unlessEnded(() => statusMiB(pid, 'VmRSS')) ?? 0;
  return children.reduce((sum, each) => sum + treeResidentMiB(each), own);
}

/** The most resident memory of each since its start, together, in MiB. */
export function familyPeakMiB(pid: number): number {
  return sumOf(pid, 'VmHWM');
}

/** The most resident memory of one process since its start, or since {@link forgetPeak}, in MiB. */
export function peakMiB(pid: number): number {
  return statusMiB(pid, 'VmHWM');
}

/** Starts the measurement of the peak anew: proc(5), clear_refs, value 5. */
export function forgetPeak(pid: number): void {
  writeFileSync(`/proc/${pid}/clear_refs`, '5');
}

function familyOf(pid: number): number[] {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter(Boolean);
  return [pid, ...children.map(Number)];
}

function sumOf(pid: number, field: string): number {
  return familyOf(pid).reduce((sum, each) => sum + (unlessEnded(() => statusMiB(each, field)) ?? 0), 0);
}

/** A child may have ended since it was listed. */
function unlessEnded<Result>(look: () => Result): Result | undefined {
  try {
    return look();
  } catch {
    return undefined;
  }
}
