import { execFile } from 'node:child_process';
import type { HoldfastError } from '../../base/errors.ts';
import { networkErrors } from '../errors.ts';
import type { CaptureTool } from './capture-tool.ts';
import { toolEnvironment } from './tool-environment.ts';
import { reasonOf } from './tool-words.ts';

/** More of them fill a screen: containers have one each. */
const MOST_NAMED = 20;

export interface NetworkInterface {
  readonly name: string;
  /** What the system says of it: `Up, Running`. */
  readonly about: string;
}

/** What can be captured on, as the tool lists it. Throws `network_capture_refused`. */
export async function listInterfaces(tool: CaptureTool): Promise<readonly NetworkInterface[]> {
  return await new Promise((resolve, reject) => {
    execFile(tool.path, ['-D'], { timeout: 10_000, env: toolEnvironment() }, (error, out, said) => {
      if (error === null) return resolve(interfacesFrom(out));
      const detail = `${tool.name}: ${reasonOf(said) || error.message}`;
      reject(networkErrors('network_capture_refused', { attempted: 'List the interfaces', detail }));
    }).stdin?.end();
  });
}

/**
 * Where a capture could not begin: that there is no interface of this name, with those there are, which is what a slip of the keyboard
 * looks like; `null`: there is one, or nobody can tell.
 */
export async function missingInterface(tool: CaptureTool, device: string): Promise<HoldfastError | null> {
  let names: readonly string[];
  try {
    names = (await listInterfaces(tool)).map(({ name }) => name);
  } catch {
    // The tool refuses that as well: its first refusal is told.
    return null;
  }
  if (names.length === 0 || names.includes(device)) return null;
  const others = names.length - MOST_NAMED;
  const named = names.slice(0, MOST_NAMED).join(', ');
  return networkErrors('network_interface_missing', {
    attempted: `Capture on ${device}`,
    detail: `there are ${named}${others > 0 ? ` and ${others} others` : ''}`,
  });
}

/** `1.eth0 [Up, Running]` of tcpdump, `3. lo (Loopback)` of dumpcap. */
export function interfacesFrom(listed: string): readonly NetworkInterface[] {
  return listed.split('\n').flatMap((line) => {
    const [, name, about = ''] = /^\d+\. ?(\S+)(?: (.*))?$/.exec(line) ?? [];
    return name === undefined ? [] : [{ name, about: about.replace(') [', ', ').replace(/^[[(]|[\])]$/g, '') }];
  });
}
