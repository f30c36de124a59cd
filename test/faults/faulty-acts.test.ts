import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { storageErrors, type ObjectStore, type RecordStore } from '../../src/storage/index.ts';
import { known, type Chooser, type Moments } from '../support/crash/act.ts';
import { nextAct } from '../support/crash/acts.ts';
import { driveClient, Refused, type DriveClient } from '../support/crash/drive-client.ts';
import { differences, type EntryState, type PlaceState } from '../support/crash/drive-state.ts';
import { driveReader, type Findings } from '../support/crash/read-drive.ts';
import { seeded, type Seeded } from '../support/crash/seeded.ts';
import { compareStores } from '../support/crash/stores-and-records.ts';
import { withFaults, type Fault } from '../support/faults/object-faults.ts';
import { withRecordFaults, type RecordFault } from '../support/faults/record-faults.ts';
import { startServer } from '../support/start-server.ts';

/** What goes wrong while people work, one place at a time. The server lives on; what it answers must stay true. */

const ACTORS = 3;
const ACTS = 16;
const SILENT: Moments = { onRequest: () => undefined, onPiece: () => undefined, onAnswer: () => undefined };

interface Storm {
  readonly name: string;
  readonly records?: (random: Seeded, operation: string) => RecordFault | undefined;
  readonly primary?: (random: Seeded, operation: string) => Fault | undefined;
  readonly backup?: (random: Seeded, operation: string) => Fault | undefined;
}

const away = (): Error => storageErrors('store_unavailable');
const noRecords = (): Error => storageErrors('records_unavailable');

/** Long enough for others to get in between. */
const aMoment = (): Promise<unknown> => new Promise((resolve) => setTimeout(resolve, 30));

const STORMS: readonly Storm[] = [
  {
    name: 'records that fail, are slow, or lose their answer',
    records: (random, operation) => {
      if (random.fraction() < 0.03) return { hold: aMoment() };
      if (random.fraction() > 0.04) return undefined;
      return operation === 'transact' && random.fraction() < 0.6 ? { after: noRecords() } : { before: noRecords() };
    },
  },
  {
    name: 'records that are full for a while',
    records: (random, operation) =>
      operation === 'transact' && random.fraction() < 0.1 ? { before: storageErrors('records_full') } : undefined,
  },
  {
    name: 'a first store that fails, fills up in mid-body, or loses its answer',
    primary: (random, operation) => {
      if (operation === 'put' && random.fraction() < 0.3) {
        return random.pick<Fault>([
          { before: away() },
          { after: away() },
          { body: { at: random.whole(0, 100_000), error: storageErrors('store_full') } },
        ]);
      }
      return operation !== 'put' && random.fraction() < 0.1 ? { before: away() } : undefined;
    },
  },
  {
    name: 'a first store whose reads end early, turn bits over, or break off',
    primary: (random, operation) => {
      if (operation !== 'get' || random.fraction() > 0.5) return undefined;
      const at = random.whole(0, 3000);
      return random.pick<Fault>([
        { body: { at, end: true } },
        { body: { at, flipBit: true } },
        { body: { at, error: away() } },
      ]);
    },
  },
  {
    name: 'a second store that fails, and alters what it is given',
    backup: (random, operation) => {
      if (operation === 'put' && random.fraction() < 0.3) {
        return random.pick<Fault>([{ before: away() }, { after: away() }, { body: { at: 700, flipBit: true } }]);
      }
      return random.fraction() < 0.2 ? { before: away() } : undefined;
    },
  },
];

for (const storm of STORMS) {
  test(`${storm.name}: every answer stays true, and nothing is half there`, async () => {
    const weather = { on: false, calm: 0 };
    const plan =
      <Faulty>(random: Seeded, faults: ((random: Seeded, operation: string) => Faulty) | undefined) =>
      ({ operation, key = '/o/' }: { readonly operation: string; readonly key?: string }): Faulty | undefined =>
        weather.on && weather.calm === 0 && key.includes('/o/') ? faults?.(random, operation) : undefined;
    let nowMs = Date.now();
    await using server = await startServer({
      clock: () => nowMs,
      wrapRecords: (records: RecordStore) => withRecordFaults(records, plan(seeded('records'), storm.records)),
      wrapPrimary: (store: ObjectStore) => withFaults(store, plan(seeded('primary'), storm.primary)),
      wrapBackup: (store: ObjectStore) => withFaults(store, plan(seeded('backup'), storm.backup)),
      environment: { HOLDFAST_LIST_INDEXED_FROM: '10', HOLDFAST_READ_STALL_MS: '300000' },
    });
    const me = await server.signUp();
    const client = await driveClient(server.url, me.token);
    const actors = await Promise.all(
      Array.from({ length: ACTORS }, (_, number) => newActor(client, `a${number}`, seeded(`${storm.name}${number}`))),
    );
    const refusals = new Map<string, number>();
    weather.on = true;
    await Promise.all(actors.map((actor) => work({ client, actor, refusals, weather })));
    weather.on = false;
    await verify(client, actors);
    for (let hour = 0; hour < 3; hour += 1) {
      nowMs += 3_600_000;
      await server.workspace.files.copyDue();
      await server.workspace.files.purgeDue();
    }
    await verify(client, actors);
    const status = await server.workspace.files.backupStatus();
    assert.equal(status.verdict, 'complete', JSON.stringify(status));
    const { driveId } = client;
    const compared = await compareStores(server.data, { driveId, accountId: me.accountId, deep: true });
    assert.deepEqual(compared.complaints, []);
    // A server that says no to everything would keep every promise too.
    const refused = [...refusals.values()].reduce((sum, each) => sum + each, 0);
    assert.ok(refused < ACTORS * ACTS, JSON.stringify([...refusals]));
  });
}

interface Actor {
  readonly name: string;
  readonly chooser: Chooser;
  /** All that may be there: more than one after acts that were answered with an error of the server. */
  states: readonly PlaceState[];
}

/** The bytes are right, or there is an error: never other ones, and never fewer. */
async function readSome({ client, actor, refusals }: Work): Promise<void> {
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

async function newActor(client: DriveClient, name: string, random: Seeded): Promise<Actor> {
  const path = `/drives/${client.driveId}/folders/root/folders`;
  const { id } = await client.ask<{ id: string }>('POST', path, { name: `${name}-home` });
  let names = 0;
  const newName = (): string => `${name}-${(names += 1)}`;
  const home = { kind: 'folder' as const, id, name: `${name}-home`, children: [] };
  return { name, chooser: { random, driveId: client.driveId, newName }, states: [{ home, trash: [] }] };
}

interface Work {
  readonly client: DriveClient;
  readonly actor: Actor;
  /** How often, by code. */
  readonly refusals: Map<string, number>;
  /** Nothing goes wrong while somebody looks at what there is. */
  readonly weather: { calm: number };
}

async function work({ client, actor, refusals, weather }: Work): Promise<void> {
  for (let number = 0; number < ACTS; number += 1) {
    // What an error left open is found out before anything is built on it, as a person would look.
    if (actor.states.length > 1) {
      weather.calm += 1;
      actor.states = [await look(client, actor)];
      weather.calm -= 1;
    }
    const [state] = actor.states;
    if (!state) return;
    const act = nextAct(actor.chooser, state);
    try {
      const reply = await act.run(client, SILENT);
      actor.states = await act.learn(reply, client);
      await readSome({ client, actor, refusals, weather });
    } catch (error) {
      unlessRefused(error);
      const refused = error as Refused;
      assert.ok(refused.status >= 500, `${act.kind}: ${refused.message}`);
      refusals.set(refused.code, (refusals.get(refused.code) ?? 0) + 1);
      actor.states = act.outcomes;
    }
  }
}

/** Reads all that is there, and holds it against what may be there. */
async function look(client: DriveClient, actor: Actor): Promise<PlaceState> {
  const findings: Findings = { complaints: [], versions: 0, files: 0, bytes: 0 };
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

async function verify(client: DriveClient, actors: readonly Actor[]): Promise<void> {
  for (const actor of actors) actor.states = [await look(client, actor)];
}

function unlessRefused(error: unknown): void {
  if (!(error instanceof Refused)) throw error;
}
