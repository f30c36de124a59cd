import { execFile } from 'node:child_process';
import { networkErrors } from '../errors.ts';
import type { CaptureTool } from './capture-tool.ts';
import { toolEnvironment } from './tool-environment.ts';
import { reasonOf } from './tool-words.ts';

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

/** `1.eth0 [Up, Running]` of tcpdump, `3. lo (Loopback)` of dumpcap. */
export function interfacesFrom(listed: string): readonly NetworkInterface[] {
  return listed.split('\n').flatMap((line) => {
    const [, name, about = ''] = /^\d+\. ?(\S+)(?: (.*))?$/.exec(line) ?? [];
    return name === undefined ? [] : [{ name, about: about.replace(') [', ', ').replace(/^[[(]|[\])]$/g, '') }];
  });
}
