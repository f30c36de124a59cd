/**
 * Reports on the disk until the server has them. A report lies there whole before it is sent, and goes only after the
 * server said that it has it: a kill in between sends it again under the same id.
 *
 * What a report shares with the one before, the facts and the rules of the firewall, lies beside it once, under its hash, and
 * goes along when the server does not have it yet. So an oldest report that is given up takes no change with it.
 */
import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { isId } from '../base/ids.ts';
import { partNames, type MadeReport, type PartName, type ReportPart } from '../host/index.ts';
import { makeDurableFolder, openPrivateFolder } from '../storage/index.ts';

export interface Waiting {
  readonly reportId: string;
  readonly name: string;
  readonly bytes: number;
  /** Files of the parts it goes by. */
  readonly parts: readonly string[];
}

/** A report with the hashes of its parts. */
export interface Spooled {
  readonly report: MadeReport['report'];
  readonly hashes: Readonly<Record<PartName, string | null>>;
}

export interface Spool {
  /** On the disk when it resolves. One process at a time may add. */
  add(made: MadeReport): Promise<void>;
  /** The oldest first. */
  waiting(): Promise<readonly Waiting[]>;
  /** `null`: it is gone, or its file is damaged. */
  read(waiting: Waiting): Promise<Spooled | null>;
  /** `null`: it is not kept any more. */
  part(name: PartName, hash: string): Promise<ReportPart | null>;
  remove(waiting: Waiting): Promise<void>;
  /**
   * The oldest beyond the limits go, with parts that nothing goes by any more and what broken off writes left; the newest stays
   * however large it is. Not while something is added. Resolves to how many reports went.
   */
  tidy(limits: SpoolLimits): Promise<number>;
  clear(): Promise<void>;
}

export interface SpoolLimits {
  readonly count: number;
  /** With their parts. */
  readonly bytes: number;
}

/** The order is told by a number: ids go by the clock on the wall, which may be set back. Then the parts, by their hashes. */
const NAME = /^(\d{12})_([0-9a-f-]{36})_([0-9a-f]{16}|none)_([0-9a-f]{16}|none)\.json$/;

export function openSpool(stateFolder: string): Spool {
  const { read, write } = openPrivateFolder();
  const [reports, parts] = [join(stateFolder, 'agent/spool'), join(stateFolder, 'agent/parts')];

  const waiting = async (): Promise<readonly Waiting[]> => {
    const names = (await namesIn(reports)).filter((name) => isId(NAME.exec(name)?.[2] ?? '')).toSorted();
    const found = await Promise.all(
      names.map(async (name): Promise<readonly Waiting[]> => {
        const [, , reportId = '', ...shorts] = NAME.exec(name) ?? [];
        const bytes = await sizeOf(join(reports, name));
        const files = partNames.flatMap((part, index) => partFile(part, shorts[index] ?? 'none') ?? []);
        return bytes === null ? [] : [{ reportId, name, bytes, parts: files }];
      }),
    );
    return found.flat();
  };

  return {
    waiting,
    read: async ({ name }) => parsed<Spooled>(await read(join(reports, name))),
    async add({ report, parts: made }) {
      await makeDurableFolder(reports);
      for (const name of partNames) {
        const file = partFile(name, shortOf(made[name]?.hash));
        if (file !== null && (await sizeOf(join(parts, file))) === null) {
          await write(join(parts, file), JSON.stringify(made[name]), true);
        }
      }
      const last = Number(NAME.exec((await waiting()).at(-1)?.name ?? '')?.[1] ?? 0);
      const hashes = { facts: made.facts?.hash ?? null, firewall: made.firewall?.hash ?? null };
      const number = String(last + 1).padStart(12, '0');
      const name = [number, report.reportId, ...partNames.map((part) => shortOf(hashes[part]))].join('_');
      await write(join(reports, `${name}.json`), JSON.stringify({ report, hashes } satisfies Spooled), true);
    },
    async part(name, hash) {
      const file = partFile(name, shortOf(hash));
      return file === null ? null : parsed<ReportPart>(await read(join(parts, file)));
    },
    remove: ({ name }) => rm(join(reports, name), { force: true }),
    async tidy(limits) {
      const all = await waiting();
      const [names, files] = [new Set<string>(), new Set<string>()];
      let bytes = 0;
      for (const each of all.toReversed()) {
        bytes += each.bytes;
        for (const part of each.parts) {
          if (!files.has(part)) bytes += (await sizeOf(join(parts, part))) ?? 0;
        }
        if (names.size > 0 && (names.size >= limits.count || bytes > limits.bytes)) break;
        names.add(each.name);
        for (const part of each.parts) files.add(part);
      }
      await keepOnly(reports, names);
      await keepOnly(parts, files);
      return all.length - names.size;
    },
    async clear() {
      for (const each of [reports, parts]) await rm(each, { recursive: true, force: true });
    },
  };
}

/** Enough of a hash to tell the parts of one host apart. */
function shortOf(hash: string | null | undefined): string {
  return hash?.slice(0, 16) ?? 'none';
}

function partFile(name: PartName, short: string): string | null {
  return short === 'none' ? null : `${name}-${short}.json`;
}

function parsed<Kept>(bytes: Buffer | null): Kept | null {
  try {
    return bytes === null ? null : (JSON.parse(bytes.toString('utf8')) as Kept);
  } catch {
    return null;
  }
}

async function keepOnly(folder: string, names: ReadonlySet<string>): Promise<void> {
  for (const name of await namesIn(folder)) {
    if (!names.has(name)) await rm(join(folder, name), { force: true });
  }
}

async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

async function sizeOf(path: string): Promise<number | null> {
  try {
    return (await stat(path)).size;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}
