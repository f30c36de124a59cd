/** Lines of strace as calls with a beginning and an end, so that "before" means: over before the other one began. */

export interface Call {
  readonly name: string;
  readonly thread: number;
  /** Numbers of lines, so that they can be compared among all threads. A call that never returned ends at infinity. */
  readonly began: number;
  readonly ended: number;
  /** Its arguments as strace wrote them, file descriptors with their paths. */
  readonly args: string;
  /** What it returned; `null` when it did not return while it was watched. */
  readonly returned: number | null;
}

interface Begun {
  readonly name: string;
  readonly began: number;
  readonly text: string;
}

const BEGINS = /^(\d+)\s+(?:<\.\.\. (\w+) resumed>|(\w+)\()(.*)$/s;

export function parseTrace(text: string): Call[] {
  const calls: Call[] = [];
  const begun = new Map<number, Begun>();
  for (const [index, line] of text.split('\n').entries()) {
    const match = BEGINS.exec(line);
    if (!match) continue;
    const [, thread = '', resumed, name, rest = ''] = match;
    const of = Number(thread);
    const before = resumed === undefined ? undefined : begun.get(of);
    if (resumed !== undefined && !before) continue;
    begun.delete(of);
    const call: Begun = before
      ? { ...before, text: before.text + rest }
      : { name: name ?? '', began: index, text: rest };
    if (call.text.endsWith('<unfinished ...>')) {
      begun.set(of, { ...call, text: call.text.slice(0, -'<unfinished ...>'.length).trimEnd() });
      continue;
    }
    const end = /^(.*)\)\s+= (-?\d+)/s.exec(call.text);
    const { began } = call;
    calls.push({
      name: call.name,
      thread: of,
      began,
      ended: index,
      args: end?.[1] ?? call.text,
      returned: end ? Number(end[2]) : null,
    });
  }
  for (const [thread, { name, began, text: args }] of begun) {
    calls.push({ name, thread, began, ended: Infinity, args, returned: null });
  }
  return calls.toSorted((left, right) => left.began - right.began);
}

/** True when `first` was over before `second` began. */
export function precedes(first: Call, second: Call): boolean {
  return first.ended < second.began;
}

/** The first argument with what it stands for, as it is written. */
export function descriptorOf({ args }: Call): string {
  return /^\d+<.*?>(?=,|$)/s.exec(args)?.[0] ?? '';
}

/** The path of the first argument, when that is a descriptor: `23</a/b>`; else ''. */
function descriptorPath({ args }: Call): string {
  return /^\d+<(.*?)>(?:\(deleted\))?(?:,|$)/s.exec(args)?.[1] ?? '';
}

/** Every path that stands in quotes, relative ones as they are. */
export function quotedPaths({ args }: Call): string[] {
  return [...args.matchAll(/"((?:[^"\\]|\\.)*)"/gs)].map(([, path = '']) => path);
}

const WRITES = new Set(['write', 'writev', 'pwrite64', 'pwritev', 'pwritev2', 'sendto', 'sendmsg']);
const READS = new Set(['read', 'readv', 'recvfrom', 'recvmsg']);
const SYNCS = new Set(['fsync', 'fdatasync']);
const NAMES = new Set(['rename', 'renameat', 'renameat2', 'link', 'linkat']);
const UNNAMES = new Set(['unlink', 'unlinkat']);

const done = ({ returned }: Call): boolean => returned !== null && returned >= 0;
const isSocket = (call: Call): boolean => /^(?:TCP|socket:|UNIX)/.test(descriptorPath(call));

export const isWriteTo =
  (path: string) =>
  (call: Call): boolean =>
    (WRITES.has(call.name) || (call.name === 'copy_file_range' && call.args.includes(`<${path}>`))) &&
    (descriptorPath(call) === path || call.name === 'copy_file_range');
export const isSyncOf =
  (path: string) =>
  (call: Call): boolean =>
    SYNCS.has(call.name) && done(call) && descriptorPath(call) === path;
/** Gives a file a name below this folder; the two paths are the last two in quotes. */
export const isNaming =
  (folder: string) =>
  (call: Call): boolean =>
    NAMES.has(call.name) && done(call) && (quotedPaths(call).at(-1) ?? '').startsWith(folder);
export const isRemovalIn =
  (folder: string) =>
  (call: Call): boolean =>
    UNNAMES.has(call.name) && done(call) && (quotedPaths(call).at(-1) ?? '').startsWith(folder);
export const isRequest = (call: Call): boolean =>
  READS.has(call.name) && isSocket(call) && /"(?:GET|POST|PUT|DELETE|HEAD) /.test(call.args);
/** The first bytes of a 2xx on their way to the client. */
export const isAnswer = (call: Call): boolean =>
  WRITES.has(call.name) && isSocket(call) && /"HTTP\/1\.1 2\d\d /.test(call.args);
