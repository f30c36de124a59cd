import { accessSync, constants } from 'node:fs';
import { join } from 'node:path';
import { networkErrors } from '../errors.ts';

export interface CaptureTool {
  readonly name: 'tcpdump' | 'dumpcap';
  readonly path: string;
}

/** A service has hardly anything in PATH, and what root starts comes from nowhere else. */
export const FOLDERS = ['/usr/sbin', '/usr/bin', '/sbin', '/bin', '/usr/local/sbin', '/usr/local/bin'];

/** tcpdump, which gives up its rights and tells of drops while it runs; dumpcap where there is none. Throws `network_capture_tool_missing`. */
export function findCaptureTool(
  folders: readonly string[] = FOLDERS,
  names: readonly CaptureTool['name'][] = ['tcpdump', 'dumpcap'],
): CaptureTool {
  for (const name of names) {
    const found = folders.map((folder) => join(folder, name)).find(isProgram);
    if (found !== undefined) return { name, path: found };
  }
  throw networkErrors('network_capture_tool_missing', { attempted: 'Capture packets' });
}

export function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
