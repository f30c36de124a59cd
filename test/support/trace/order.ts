/** What must have reached the disk before what. Judged by paths and order alone, over all threads. */
import { basename, dirname, join } from 'node:path';
import {
  descriptorOf,
  isAnswer,
  isNaming,
  isRemovalIn,
  isRequest,
  isSyncOf,
  isWriteTo,
  precedes,
  quotedPaths,
  type Call,
} from './calls.ts';

export interface Exchange {
  readonly calls: readonly Call[];
  /** The request came in. */
  readonly request: Call;
  /** The first bytes of its 2xx went out. */
  readonly answer: Call;
}

/** Every request with the answer that went out on its connection. */
export function exchanges(calls: readonly Call[]): Exchange[] {
  const answers = calls.filter(isAnswer);
  return calls.filter(isRequest).flatMap((request) => {
    const connection = descriptorOf(request);
    const answer = answers.find((each) => each.began > request.ended && descriptorOf(each) === connection);
    return answer ? [{ calls, request, answer }] : [];
  });
}

/** Of a trace in which one request was sent. Throws when there was none, or another one. */
export function oneExchange(calls: readonly Call[]): Exchange {
  const found = exchanges(calls);
  const [exchange] = found;
  if (!exchange || found.length > 1) throw new Error(`Find one answered request in a trace: there are ${found.length}`);
  return exchange;
}

interface Named {
  readonly path: string;
  readonly naming: Call;
  /** When its name was on the disk; `undefined` when it never was. */
  readonly durable: Call | undefined;
  readonly breaches: readonly string[];
}

/** Files that got a name below `folder` at or after `from`: each written, synced, named, and its folder synced. */
function namedFiles(calls: readonly Call[], folder: string, from: number): Named[] {
  return calls
    .filter(isNaming(`${folder}/`))
    .filter(({ began }) => began >= from)
    .map((naming) => {
      const [source = '', path = ''] = quotedPaths(naming).slice(-2);
      const breaches: string[] = [];
      const what = `${basename(dirname(path))}/${basename(path)}`;
      const writes = calls.filter(isWriteTo(source)).filter((write) => write.began < naming.began);
      const last = writes.at(-1);
      if (!last) breaches.push(`${what}: no bytes were seen to be written before it got its name`);
      else if (!calls.filter(isSyncOf(source)).some((sync) => precedes(last, sync) && precedes(sync, naming))) {
        breaches.push(`${what}: it got its name before all of its bytes were on the disk (no fsync of the file)`);
      }
      const durable = calls.filter(isSyncOf(dirname(path))).find((sync) => precedes(naming, sync));
      if (!durable) breaches.push(`${what}: its name was not brought to the disk (no fsync of its folder)`);
      return { path, naming, durable, breaches };
    });
}

/** Commits of the records whose pages hold this text: the first write of each, and the sync that ended it. */
function commitsOf(
  calls: readonly Call[],
  dataFolder: string,
  text: string,
  from: number,
): { readonly write: Call; readonly sync: Call | undefined }[] {
  const log = join(dataFolder, 'records.sqlite-wal');
  const syncs = calls.filter(isSyncOf(log));
  return calls
    .filter(isWriteTo(log))
    .filter((write) => write.began >= from && write.args.includes(text))
    .map((write) => ({ write, sync: syncs.find((sync) => precedes(write, sync)) }));
}

/** Everything that one answered act wrote into the records about `id` was on the disk before the answer. */
export function recordsBeforeAnswer(exchange: Exchange, dataFolder: string, id: string): string[] {
  const { calls, request, answer } = exchange;
  const before = commitsOf(calls, dataFolder, id, request.began).filter(({ write }) => write.began < answer.began);
  if (before.length === 0) return ['it was answered before anything of it was in the records'];
  return before.every(({ sync }) => sync !== undefined && precedes(sync, answer))
    ? []
    : ['it was answered before its records were on the disk (no fsync of their log)'];
}

/** Each of so many new objects: write, sync, name, sync of the folder, and only then a record that names it. */
export function objectsBeforeRecords(calls: readonly Call[], dataFolder: string, objects: number): string[] {
  const stored = namedFiles(calls, join(dataFolder, 'objects', 'drives'), 0);
  const breaches = stored.flatMap((each) => each.breaches);
  if (stored.length !== objects) breaches.push(`${stored.length} objects got a name, not ${objects}`);
  for (const { path, durable } of stored) {
    const objectId = basename(path, '.age');
    const [commit] = commitsOf(calls, dataFolder, objectId, 0);
    if (!commit) breaches.push(`${objectId}: no record was seen to name it`);
    else if (durable && !precedes(durable, commit.write)) {
      breaches.push(`${objectId}: records named it before its name was on the disk`);
    }
  }
  return breaches;
}

/** The second copy counts as made only when it is as durable as the first. */
export function copyBeforeRecord(calls: readonly Call[], dataFolder: string): string[] {
  const made = namedFiles(calls, join(dataFolder, 'backup', 'drives'), 0);
  if (made.length === 0) return ['no second copy was seen to be made'];
  return made.flatMap(({ path, durable, naming, breaches }) => {
    const objectId = basename(path, '.age');
    const noted = commitsOf(calls, dataFolder, objectId, naming.ended)[0];
    if (!noted) return [...breaches, `${objectId}: its second copy was not noted in the records`];
    if (durable && precedes(durable, noted.write)) return breaches;
    return [...breaches, `${objectId}: records told of the second copy before its name was on the disk`];
  });
}

/**
 * A purge: the records let go of the file before the answer, and of its object before it is removed; then the folders
 * are synced, and only then the work is off the list.
 */
export function purgeInOrder(exchange: Exchange, dataFolder: string, entryId: string): string[] {
  const { calls, request } = exchange;
  const breaches = recordsBeforeAnswer(exchange, dataFolder, entryId);
  for (const store of ['objects', 'backup']) {
    const removals = calls.filter(isRemovalIn(`${join(dataFolder, store, 'drives')}/`));
    const removal = removals.find(({ began }) => began >= request.began);
    const path = removal && quotedPaths(removal).at(-1);
    if (!removal || path === undefined) {
      breaches.push(`${store}: its object was not removed`);
      continue;
    }
    const objectId = basename(path, '.age');
    const listed = commitsOf(calls, dataFolder, objectId, request.began)[0];
    if (!listed?.sync || !precedes(listed.sync, removal)) {
      breaches.push(`${store}: the object was removed before the records had let go of it for good`);
    }
    const durable = calls.filter(isSyncOf(dirname(path))).find((sync) => precedes(removal, sync));
    if (!durable) breaches.push(`${store}: the removal was not brought to the disk (no fsync of the folder)`);
    else if (
      !calls.some((call) => isWriteTo(join(dataFolder, 'records.sqlite-wal'))(call) && precedes(durable, call))
    ) {
      breaches.push(`${store}: the removal was off the list before it was on the disk`);
    }
  }
  return breaches;
}
