/** Where a fix acts: the host itself, or in a test the folder that stands for it. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';

export interface FixPlace {
  /** `''`, or what stands for `/`. */
  readonly root: string;
  readonly init: 'systemd' | 'none';
}

/** Checks name files with or without what stands for `/`; a receipt names them as they are on the host. */
export function onHost({ root }: FixPlace, path: string): string {
  return root !== '' && path.startsWith(`${root}/`) ? path.slice(root.length) : path;
}

export function real({ root }: FixPlace, path: string): string {
  return join(root, path);
}

export interface Commanded {
  readonly ok: boolean;
  readonly stdout: string;
  /** What it said when it failed, one line. */
  readonly why: string;
}

const ENVIRONMENT = { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C', HOME: '/root' };
const TIMEOUT_MS = 60_000;
const MAX_BYTES = 16 * 2 ** 20;

/** Never rejects: that a tool is missing or fails is for the caller to tell. */
export function command(words: readonly string[], input = ''): Promise<Commanded> {
  const [file = '', ...args] = words;
  return new Promise((resolve) => {
    const options = { env: ENVIRONMENT, timeout: TIMEOUT_MS, maxBuffer: MAX_BYTES, cwd: '/' };
    const child = execFile(file, args, options, (error, stdout, stderr) => {
      const said = stderr.trim().split('\n').slice(-3).join('; ');
      resolve({ ok: error === null, stdout, why: error === null ? '' : said || error.message.slice(0, 300) });
    });
    child.stdin?.on('error', () => {});
    child.stdin?.end(input);
  });
}
