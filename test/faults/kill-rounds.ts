/**
 * Kills a real server (SIGKILL) in the midst of everything people do with files, starts it again, and holds all that
 * is there against what was acknowledged. The one who drives it is never killed and remembers every answer.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { Refused, Unanswered, type DriveClient } from '../support/crash/drive/client.ts';
import { ACT_KINDS, nextAct } from '../support/crash/acts.ts';
import type { Act, Chooser, Moments } from '../support/crash/act.ts';
import { differences, type EntryState, type FolderState, type PlaceState } from '../support/crash/drive/state.ts';
import { armKill } from '../support/crash/kill-moments.ts';
import { servedWorkspace, outlives, type ServedWorkspace, type Started } from '../support/crash/served-workspace.ts';
import { driveReader, type Findings } from '../support/crash/drive/read-drive.ts';
import { seeded } from '../support/crash/seeded.ts';
import { addSharedVersion, newSharedFile, settleSharedFile, type SharedFile } from '../support/crash/shared-files.ts';
import { leftovers } from '../support/crash/stores-and-records.ts';
import { settle, type Settled } from '../support/crash/settled-workspace.ts';

const ACTORS = 6;
const SHARED_FILES = 3;
/** Past this a shared file is purged and begun anew, so that late rounds take as long as early ones. */
const SHARED_VERSIONS = 15;
/** One act in so many goes to a shared file. */
const SHARED_SHARE = 0.1;

export interface KillRoundsOptions {
  readonly rounds: number;
  readonly seed: string;
  readonly print: (line: string) => void;
  /** Ends it after the round at hand, with what came of the rounds so far. */
  readonly stop: AbortSignal;
}

/** Of one kind of act. `unknown`: sent, and cut off before an answer. */
export interface ActCounts {
  acknowledged: number;
  unknown: number;
}

export interface KillFigures {
  rounds: number;
  killsInStart: number;
  readonly acts: Map<string, ActCounts>;
  /** Acts without an answer that turned out to be done, or not. */
  unknownDone: number;
  unknownNotDone: number;
  /** Acts without an answer after which neither is there, but something else. */
  unknownOther: number;
  /** Sent once more under the same Idempotency-Key, and done once. */
  repeated: number;
  readonly findings: Findings;
  /** What the last look at the settled workspace found. */
  settled: Settled | null;
  readonly moments: Map<string, number>;
}

interface Actor {
  readonly name: string;
  state: PlaceState;
  /** The act that got no answer. */
  pending: Act | null;
  names: number;
}

export async function killRounds(options: KillRoundsOptions): Promise<KillFigures> {
  const { rounds, seed, print, stop } = options;
  const figures: KillFigures = {
    rounds: 0,
    killsInStart: 0,
    acts: new Map([...ACT_KINDS, 'sharedVersion'].map((kind) => [kind, { acknowledged: 0, unknown: 0 }])),
    unknownDone: 0,
    unknownNotDone: 0,
    unknownOther: 0,
    repeated: 0,
    findings: { complaints: [], versions: 0, broken: 0, files: 0, bytes: 0 },
    settled: null,
    moments: new Map(),
  };
  const { complaints } = figures.findings;
  await using workspace = await servedWorkspace();
  try {
    let started = await workspace.start();
    const { actors, shared } = await begin(started.client);
    for (let round = 1; round <= rounds; round += 1) {
      const random = seeded(`${seed}/${round}`);
      const before = complaints.length;
      const what = await loadAndKill({ workspace, started, actors, shared, figures, random, seed, round });
      const group = started.server.pid;
      while (random.fraction() < 0.35) {
        await workspace.startAndKill(random.fraction() * started.startMs * 1.1);
        figures.killsInStart += 1;
      }
      started = await workspace.start();
      if (await outlives(group)) complaints.push('a process of the killed server went on without it');
      for (const path of await leftovers(workspace.dataFolder)) complaints.push(`${path} was left behind`);
      await verify(started.client, actors, shared, figures);
      await repeatUnknown(started.client, actors, figures, random.fraction() < 0.7);
      if (shared.files.some(({ acknowledged }) => acknowledged.size > SHARED_VERSIONS)) {
        await renewShared(started.client, shared, round);
      }
      const last = round === rounds || stop.aborted;
      if (last || round % 3 === 0) {
        figures.settled = await settle(workspace, started, { deep: last || round % 15 === 0, last });
        complaints.push(...figures.settled.complaints);
      }
      figures.rounds = round;
      for (const complaint of complaints.slice(before)) print(`round ${round} (${what}): ${complaint}`);
      if (round % 10 === 0 && !last) {
        const acknowledged = [...figures.acts.values()].reduce((sum, each) => sum + each.acknowledged, 0);
        print(`${round} rounds: ${acknowledged} acts acknowledged, ${complaints.length} lost`);
      }
      if (last) break;
    }
  } catch (error) {
    workspace.keep();
    print(`The data folder is kept: ${workspace.dataFolder}`);
    throw error;
  }
  if (complaints.length > 0) {
    workspace.keep();
    print(`The data folder is kept: ${workspace.dataFolder}`);
  }
  return figures;
}

interface Shared {
  readonly folderId: string;
  readonly files: SharedFile[];
}

/** A folder for each actor and one for all. */
async function begin(client: DriveClient): Promise<{ readonly actors: Actor[]; readonly shared: Shared }> {
  const folder = async (name: string): Promise<string> => {
    const made = await client.call<{ id: string }>('POST', `/drives/${client.driveId}/folders/root/folders`, {
      json: { name },
    });
    if (!made) throw new Unanswered(`Make the folder ${name}`);
    return made.id;
  };
  const actors: Actor[] = [];
  for (let number = 0; number < ACTORS; number += 1) {
    const name = `a${number}`;
    const home: FolderState = { kind: 'folder', id: await folder(`${name}-home`), name: `${name}-home`, children: [] };
    actors.push({ name, state: { home, trash: [] }, pending: null, names: 0 });
  }
  const shared: Shared = { folderId: await folder('shared'), files: [] };
  await renewShared(client, shared, 0);
  // The folder of the second store in which kills wait for names comes with its first copy.
  for (let waiting = 1; waiting > 0; await pause(20)) {
    const status = await client.call<{ waiting: number }>('GET', '/backup/status');
    if (!status) throw new Unanswered('Wait for the first copies');
    ({ waiting } = status);
  }
  return { actors, shared };
}

async function renewShared(client: DriveClient, shared: Shared, round: number): Promise<void> {
  for (const { id } of shared.files) {
    await client.ask('POST', `/drives/${client.driveId}/entries/${id}/trash`);
    await client.ask('DELETE', `/drives/${client.driveId}/trash/${id}`);
  }
  shared.files.length = 0;
  for (let number = 0; number < SHARED_FILES; number += 1) {
    shared.files.push(await newSharedFile(client, shared.folderId, `s${round}-${number}`));
  }
}

interface Load {
  readonly workspace: ServedWorkspace;
  readonly started: Started;
  readonly actors: readonly Actor[];
  readonly shared: Shared;
  readonly figures: KillFigures;
  readonly random: ReturnType<typeof seeded>;
  readonly seed: string;
  readonly round: number;
}

/** Everybody works until the server is killed. Answers at what moment that was, in words. */
async function loadAndKill(load: Load): Promise<string> {
  const { workspace, started, actors, figures, random } = load;
  const { server, client } = started;
  let killed = false;
  const kill = (): void => {
    killed = true;
    server.child.kill('SIGKILL');
  };
  using armed = armKill(random, { dataFolder: workspace.dataFolder, driveId: client.driveId, kill });
  figures.moments.set(armed.kind, (figures.moments.get(armed.kind) ?? 0) + 1);
  // Whatever the server does not answer any more is nothing to complain of.
  const loggedIn = workspace.logIn(server.url).catch(() => undefined);
  try {
    await Promise.all(actors.map((actor) => work(load, actor, armed.moments, () => killed)));
  } finally {
    kill();
  }
  await loggedIn;
  await server.ended;
  return armed.what;
}

async function work(load: Load, actor: Actor, moments: Moments, killed: () => boolean): Promise<void> {
  const { figures, started, shared, seed, round } = load;
  const { client } = started;
  const random = seeded(`${seed}/${round}/${actor.name}`);
  const newName = (): string => {
    actor.names += 1;
    return `${actor.name}-${actor.names}`;
  };
  const chooser: Chooser = { random, driveId: client.driveId, newName };
  while (!killed()) {
    const act = random.fraction() < SHARED_SHARE ? null : nextAct(chooser, actor.state);
    const counts = figures.acts.get(act?.kind ?? 'sharedVersion') ?? { acknowledged: 0, unknown: 0 };
    try {
      if (act) await doAct(client, actor, act, moments);
      else await addSharedVersion(client, chooser, random.pick(shared.files), moments);
      counts.acknowledged += 1;
    } catch (error) {
      if (error instanceof Refused)
        figures.findings.complaints.push(`${act?.kind ?? 'sharedVersion'}: ${error.message}`);
      else if (!(error instanceof Unanswered)) throw error;
      else if (!killed()) figures.findings.complaints.push(`${error.message}: no answer, and the server lived`);
      else counts.unknown += 1;
    }
  }
}

async function doAct(client: DriveClient, actor: Actor, act: Act, moments: Moments): Promise<void> {
  actor.pending = act;
  try {
    const reply = await act.run(client, moments);
    const states = await act.learn(reply, client);
    // Only an answer that broke off leaves something open.
    actor.pending = states.length > 1 ? { ...act, outcomes: states } : null;
    actor.state = states[0] ?? actor.state;
  } catch (error) {
    // A refusal has done nothing.
    if (error instanceof Refused) actor.pending = null;
    throw error;
  }
}

/** Reads all that is there, and takes it as what must be there from now on. */
async function verify(
  client: DriveClient,
  actors: readonly Actor[],
  shared: Shared,
  figures: KillFigures,
): Promise<void> {
  const { findings } = figures;
  const reader = driveReader(client, findings);
  const [top, trashed] = await Promise.all([client.list('root'), client.trash()]);
  const expected = [...actors.map(({ name }) => `${name}-home`), 'shared'];
  for (const { name } of top) if (!expected.includes(name)) findings.complaints.push(`/${name} should not be there`);
  await Promise.all(
    actors.map(async (actor) => {
      const view = top.find(({ name }) => name === `${actor.name}-home`);
      if (!view) return void findings.complaints.push(`/${actor.name}-home is gone`);
      const home = await reader.folder(view, `/${view.name}`);
      const mine = trashed.filter(({ entry }) => entry.name.startsWith(`${actor.name}-`));
      const trash = await Promise.all(
        mine.map(({ entry }): Promise<EntryState> =>
          entry.kind === 'folder' ? reader.folder(entry, null) : reader.file(entry, null),
        ),
      );
      settleActor(actor, { home, trash }, figures);
    }),
  );
  for (const view of await client.list(shared.folderId)) {
    const file = shared.files.find(({ id }) => id === view.id);
    if (!file || view.kind !== 'file') findings.complaints.push(`/shared/${view.name} should not be there`);
    else findings.complaints.push(...settleSharedFile(file, await reader.file(view, `/shared/${view.name}`)));
  }
}

function settleActor(actor: Actor, actual: PlaceState, figures: KillFigures): void {
  const outcomes = actor.pending?.outcomes ?? [actor.state];
  const found = outcomes.map((outcome) => differences(outcome, actual));
  const fits = found.findLastIndex((each) => each.length === 0);
  if (fits < 0) {
    const nearest = found.toSorted((left, right) => left.length - right.length)[0] ?? [];
    const act = actor.pending ? ` (cut off: ${actor.pending.kind})` : '';
    figures.findings.complaints.push(...nearest.map((each) => `${each}${act}`));
    if (actor.pending) figures.unknownOther += 1;
  } else if (actor.pending && fits === outcomes.length - 1) figures.unknownDone += 1;
  else if (actor.pending) figures.unknownNotDone += 1;
  actor.state = actual;
}

/** A client that lost the answer asks again: done twice it must not be. The next look at everything tells. */
async function repeatUnknown(
  client: DriveClient,
  actors: readonly Actor[],
  figures: KillFigures,
  repeat: boolean,
): Promise<void> {
  const nothing: Moments = { onRequest: () => undefined, onPiece: () => undefined, onAnswer: () => undefined };
  for (const actor of actors) {
    const act = actor.pending;
    actor.pending = null;
    if (!act?.repeatable || !repeat) continue;
    try {
      await doAct(client, actor, act, nothing);
      figures.repeated += 1;
    } catch (error) {
      figures.findings.complaints.push(`${act.kind}, sent again: ${(error as Error).message}`);
    }
  }
}
