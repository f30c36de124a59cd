/** /etc/resolv.conf, /etc/hosts and /etc/passwd, line by line. */
import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { join } from 'node:path';
import type { DnsLine, HostsLine, Read } from './facts.ts';

/** Lists of names to be blocked have 100,000 lines and more. */
const MOST_BYTES = 8 * 2 ** 20;

/** A text, and why it is not all of the file; `null`: it is. */
interface Beginning {
  readonly text: string;
  readonly unread: string | null;
}

export function readDns(root: string): Read<DnsLine> {
  return dnsIn(beginningOf(join(root, '/etc/resolv.conf')));
}

export function dnsIn(file: Beginning): Read<DnsLine> {
  return linesIn(file, /^\s*(?:[#;]|$)/, ([keyword = '', ...values]) => ({ keyword, value: values.join(' ') }));
}

export function readHosts(root: string): Read<HostsLine> {
  return hostsIn(beginningOf(join(root, '/etc/hosts')));
}

export function hostsIn(file: Beginning): Read<HostsLine> {
  return linesIn(file, /^\s*(?:#|$)/, ([address = '', ...names]) => ({ address, names: names.join(' ') }));
}

/** By their numbers. */
export function readUsers(root: string): ReadonlyMap<number, string> {
  const { text } = beginningOf(join(root, '/etc/passwd'));
  const users = text.split('\n').map((line): [number, string] => {
    const [name = '', , uid = ''] = line.split(':');
    return [Number.parseInt(uid, 10), name];
  });
  // Of two names with one number the first counts, as for the system.
  return new Map(users.toReversed());
}

function linesIn<Item>(
  { text, unread }: Beginning,
  left: RegExp,
  item: (words: readonly string[]) => Item,
): Read<Item> {
  const items = text
    .split('\n')
    .filter((line) => !left.test(line))
    .map((line) => item(line.replace(/#.*/, '').trim().split(/\s+/)));
  return { items, unread };
}

function beginningOf(path: string): Beginning {
  let file: number;
  try {
    // A pipe without a writer would be waited for.
    file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    // A host without one asks nobody, which is known then.
    return { text: '', unread: code === 'ENOENT' ? null : `it could not be read (${code ?? 'unknown'})` };
  }
  try {
    if (!fstatSync(file).isFile()) return { text: '', unread: 'it is no file' };
    const bytes = Buffer.alloc(MOST_BYTES + 1);
    let size = 0;
    for (;;) {
      const read = readSync(file, bytes, size, bytes.length - size, size);
      size += read;
      if (read === 0 || size === bytes.length) break;
    }
    if (size <= MOST_BYTES) return { text: bytes.toString('utf8', 0, size), unread: null };
    const end = bytes.lastIndexOf('\n', MOST_BYTES);
    return { text: bytes.toString('utf8', 0, Math.max(end, 0)), unread: 'only its first 8 MiB were read' };
  } finally {
    closeSync(file);
  }
}
