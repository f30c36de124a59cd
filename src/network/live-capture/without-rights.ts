import { statSync } from 'node:fs';
import { join } from 'node:path';
import { networkErrors } from '../errors.ts';
import { type CaptureTool, FOLDERS, isProgram } from './capture-tool.ts';

/** What it takes to see packets, and to let an interface hand over those of others. */
const KEPT = '-all,+net_raw,+net_admin';
const EVERYBODY_RUNS = 0o001;
/** As Debian numbers nogroup; a group that owns nothing, by whichever name. */
const NO_GROUP = 65_534;

/**
 * The program and its words, run as nobody with the right to see packets and no other. tcpdump changes who it is by itself once it has begun;
 * dumpcap, begun by root, stays root. Throws `network_capture_refused` where that cannot be prevented.
 */
export function withoutRights(tool: CaptureTool, words: readonly string[]): readonly [string, readonly string[]] {
  if (tool.name !== 'dumpcap' || process.getuid?.() !== 0) return [tool.path, words];
  const setpriv = FOLDERS.map((folder) => join(folder, 'setpriv')).find(isProgram);
  if (setpriv === undefined) {
    throw networkErrors('network_capture_refused', {
      attempted: 'Capture packets by dumpcap',
      detail: 'it would keep all rights of root, since there is no setpriv (of util-linux): install that, or tcpdump',
    });
  }
  const { mode, gid } = statSync(tool.path);
  // Where only a group may run it, as Debian asks at its installation.
  const group = (mode & EVERYBODY_RUNS) === 0 ? gid : NO_GROUP;
  const become = ['--reuid', 'nobody', '--regid', String(group), '--clear-groups'];
  // Not the bounding set: our own service may not narrow it, and has narrowed it already.
  const rights = ['--inh-caps', KEPT, '--ambient-caps', KEPT];
  return [setpriv, [...become, ...rights, tool.path, ...words]];
}
