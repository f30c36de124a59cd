/**
 * People who work while stores fail: each remembers what it was answered, and what may be there after an answer that leaves
 * it open. What they find later must be one of that.
 */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { known, type Chooser, type Moments } from './act.ts';
import { nextAct } from './acts.ts';
import { Refused, Unanswered, type DriveClient } from './drive/client.ts';
import { differences, type EntryState, type PlaceState } from './drive/state.ts';
import { driveReader, type Findings } from './drive/read-drive.ts';
import type { Seeded } from './seeded.ts';

const SILENT: Moments = { onRequest: () => undefined, onPiece: () => undefined, onAnswer: () => undefined };

export interface Actor {
  readonly name: string;
  readonly chooser: Chooser;
  /** All that may be there: more than one after acts that were answered with an error of the server. */
  states: readonly PlaceState[];
}

/** The bytes are right, or there is an error: never other ones, and never fewer. */
async function readSome({ client, actor, refusals }: Pick<Work, 'client' | 'actor' | 'refusals'>): Promise<void> {
  const [state] = actor.states;
  const files = state ? known(state, 'file') : [];
  if (files.length === 0) return;
  const { id, name, versions } = actor.chooser.random.pick(files);
  const hash = createHash('sha256');
  try {
    for await (const piece of client.content(`/drives/${client.driveId}/files/${id}/content`)) hash.update(piece);
  } catch (error) {
    const code = error instanceof Refused ? error.code : 'cut off';
    refusals.set(code, (refusals.get(code) ?? 0) + 1);
    return;
  }
  assert.equal(hash.digest('hex'), versions.at(-1)?.sha256, name);
}

export async function newActor(client: DriveClient, name: string, random: Seeded): Promise<Actor> {
  const path = `/drives/${client.driveId}/folders/root/folders`;
  const { id } = await client.ask<{ id: string }>('POST', path, { name: `${name}-home` });
  let names = 0;
  const newName = (): string => `${name}-${(names += 1)}`;
  const home = { kind: 'folder' as const, id, name: `${name}-home`, children: [] };
  return { name, chooser: { random, driveId: client.driveId, newName }, states: [{ home, trash: [] }] };
}

export interface Work {
  readonly client: DriveClient;
  readonly actor: Actor;
  /** How often, by code. */
  readonly refusals: Map<string, number>;
  /** Nothing goes wrong while somebody looks at what there is. */
  readonly weather: { calm: number };
  readonly acts: number;
  /** Whether the server is gone by now, and answers nobody; it never is when this is left out. */
  readonly killed?: () => boolean;
}

export async function work({ client, actor, refusals, weather, acts, killed = () => false }: Work): Promise<void> {
  for (let number = 0; number < acts && !killed(); number += 1) {
    // What an error left open is found out before anything is built on it, as a person would look.
    if (actor.states.length > 1) {
      weather.calm += 1;
      try {
        actor.states = [await look(client, actor)];
      } catch (error) {
        if (killed()) return;
        throw error;
      } finally {
        weather.calm -= 1;
      }
    }
    const [state] = actor.states;
    if (!state) return;
    const act = nextAct(actor.chooser, state);
    try {
      const reply = await act.run(client, SILENT);
      actor.states = await act.learn(reply, client);
      await readSome({ client, actor, refusals });
    } catch (error) {
      // What was under way at the kill may be done, or not.
      if (!(error instanceof Unanswered && killed())) {
        if (!(error instanceof Refused)) throw error;
        // An object that is there already is what a store said.
        assert.ok(error.status >= 500 || error.code === 'object_exists', `${act.kind}: ${error.message}`);
        refusals.set(error.code, (refusals.get(error.code) ?? 0) + 1);
      }
      actor.states = act.outcomes;
    }
  }
}

/** Reads all that is there, and holds it against what may be there. */
async function look(client: DriveClient, actor: Actor): Promise<PlaceState> {
  const findings: Findings = { complaints: [], versions: 0, broken: 0, files: 0, bytes: 0 };
  const actual = await readPlace(client, actor.name, findings);
  assert.deepEqual(findings.complaints, []);
  const found = actor.states.map((state) => differences(state, actual));
  assert.ok(
    found.some((each) => each.length === 0),
    found.map((each) => each.join('\n')).join('\n or\n'),
  );
  return actual;
}

async function readPlace(client: DriveClient, name: string, findings: Findings): Promise<PlaceState> {
  const reader = driveReader(client, findings);
  const [top, trashed] = await Promise.all([client.list('root'), client.trash()]);
  const view = top.find((each) => each.name === `${name}-home`);
  assert.ok(view, `/${name}-home is there`);
  const home = await reader.folder(view, `/${view.name}`);
  const trash: EntryState[] = [];
  for (const { entry } of trashed.filter((each) => each.entry.name.startsWith(`${name}-`))) {
    trash.push(entry.kind === 'folder' ? await reader.folder(entry, null) : await reader.file(entry, null));
  }
  return { home, trash };
}

export async function verify(client: DriveClient, actors: readonly Actor[]): Promise<void> {
  for (const actor of actors) actor.states = [await look(client, actor)];
}
