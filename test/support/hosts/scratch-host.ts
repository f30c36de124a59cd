/**
 * A folder that stands for `/` of a host, and a folder of facts beside it, for checks to look at. Files in it are real;
 * facts are what a test says was seen, in the form that probes write.
 */
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import {
  applyFix,
  describeStep,
  openHostFiles,
  parseHeader,
  planFix,
  runCheck,
  startProbes,
  undoFix,
  type FixDeps,
  type Ground,
  type Probed,
  type ProbeName,
  type Ran,
} from '../../../src/host/index.ts';

const CHECKS = join(import.meta.dirname, '../../../src/host/checks/linux');

/** What programs printed on another system, by their names. */
export type Recorded = Readonly<Record<string, string>>;

export interface ScratchHost extends Disposable {
  /** What stands for `/`. */
  readonly root: string;
  /** Writes a file with its folders; returns its real path. `mode` is set whatever the umask is. */
  file(path: string, text: string | Uint8Array, mode?: number): string;
  folder(path: string, mode?: number): string;
  /** Writes a fact file as it is: `sshd`, `firewall/nft`, `packages/list`. */
  fact(name: string, text: string): void;
  /** Writes a fact file of records, each field ended by NUL: `processes`, `sockets`, `files/suid`. */
  records(name: string, rows: readonly (readonly (string | number)[])[]): void;
  /** What packages own, as paths on the host (without the scratch root). */
  owns(...paths: readonly string[]): void;
  /** Runs the real probes on what stands for `/`; their fact files are those that a scan would make. */
  look(...probes: readonly ProbeName[]): Promise<readonly Probed[]>;
  /** A fact file as it is. */
  text(name: string): string;
  /** A fact file of records, `fields` in each. */
  recordsOf(name: string, fields: number): readonly (readonly string[])[];
  /** Makes the check look. Its time-out and environment are those of a real scan; what it remembers is kept the first time. */
  detect(id: string, other?: Partial<Ground>, recorded?: Recorded): Promise<Ran>;
  /**
   * Mends a resource for real: what its fix wants is made in what stands for `/`, by receipt. `lines` is what a dry run shows.
   * `undo` takes it back, as a person does or as the timer of a guarded fix. `place`: not only what stands for `/`, in namespaces of a test's own. Throws `host_fix_failed`, `host_fix_impossible`, `host_undo_changed`.
   */
  mend(
    id: string,
    resource: string,
    other?: Partial<Ground>,
    place?: FixDeps['place'],
  ): Promise<{ lines: readonly string[]; undo(options?: { isTimer?: boolean }): Promise<void> }>;
  /** What its fix wants done with a resource: operations, and `contentOf` for what `set_file` brings. */
  fix(id: string, resource: string, other?: Partial<Ground>): Promise<Ran>;
}

/** `other`: of another system than Debian. */
export function scratchHost(other: Partial<Ground> = {}): ScratchHost {
  const folder = mkdtempSync(join(tmpdir(), 'host-'));
  const [root, facts, work] = ['root', 'facts', 'work'].map((name) => join(folder, name)) as [string, string, string];
  for (const each of [root, facts, work]) mkdirSync(each, { mode: 0o700 });
  writeFileSync(join(facts, 'fingerprint-key'), 'a key of this test');
  const ground: Ground = {
    root,
    facts,
    work,
    isRoot: true,
    osId: 'debian',
    osVersion: '12',
    osFamily: 'debian',
    packages: 'dpkg',
    init: 'systemd',
    container: '',
    ...other,
  };
  const write = (path: string, text: string | Uint8Array, mode?: number): string => {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
    if (mode !== undefined) chmodSync(path, mode);
    return path;
  };
  const scriptOf = (id: string) => {
    const path = join(CHECKS, `${id}.sh`);
    return { path, header: parseHeader(`${id}.sh`, readFileSync(path, 'utf8')) };
  };
  /** The check as it is, where functions of bash stand for programs that are not on this machine. */
  const withRecorded = (id: string, recorded: Recorded) => {
    const { path, header } = scriptOf(id);
    const programs = Object.entries(recorded).map(([name, said]) => {
      const kept = write(join(folder, 'recorded', name), said);
      return `${name}() { cat '${kept}'; }\n`;
    });
    return { path: write(join(folder, 'recorded', `${id}.sh`), `${programs.join('')}. '${path}'\n`), header };
  };
  return {
    root,
    file: (path, text, mode) => write(join(root, path), text, mode),
    folder(path, mode) {
      mkdirSync(join(root, path), { recursive: true });
      if (mode !== undefined) chmodSync(join(root, path), mode);
      return join(root, path);
    },
    fact: (name, text) => void write(join(facts, name), text),
    records: (name, rows) =>
      void write(
        join(facts, name),
        rows
          .flat()
          .map((field) => `${field}\0`)
          .join(''),
      ),
    owns: (...paths) =>
      void write(
        join(facts, 'packages/files'),
        paths
          .toSorted()
          .map((path) => `${path}\n`)
          .join(''),
      ),
    look: (...probes) => Promise.all(startProbes(new Set(probes), ground, { walkTimeoutMs: 60_000 }).values()),
    text: (name) => readFileSync(join(facts, name), 'utf8'),
    recordsOf(name, fields) {
      const all = readFileSync(join(facts, name), 'utf8').split('\0').slice(0, -1);
      return Array.from({ length: all.length / fields }, (_, at) => all.slice(at * fields, (at + 1) * fields));
    },
    async detect(id, other, recorded) {
      const ran = await runCheck(
        recorded ? withRecorded(id, recorded) : scriptOf(id),
        { verb: 'detect' },
        { ...ground, ...other },
      );
      const known = join(facts, 'known', id);
      if (ran.remembered !== null && !existsSync(known)) write(known, readFileSync(ran.remembered));
      return ran;
    },
    fix: (id, resource, other) => runCheck(scriptOf(id), { verb: 'fix', resource }, { ...ground, ...other }),
    async mend(id, resource, other, place = { root, init: 'none' }) {
      const files = openHostFiles(join(folder, 'state'));
      const want = async (named: string) =>
        (await runCheck(scriptOf(id), { verb: 'fix', resource: named }, { ...ground, ...other })).wanted;
      const deps = { place, files, clock: Date.now, hostId: 'scratch', kill: false, want };
      const lines = (await planFix(id, resource, deps)).flatMap(describeStep);
      const receipt = await applyFix({ check: id, resources: [resource], isGuarded: false }, deps);
      return { lines, undo: async (options) => void (await undoFix(receipt, place, files, options)) };
    },
    [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }),
  };
}
