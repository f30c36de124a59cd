/**
 * What the rows of all features look like has a number, whatever engine keeps them. A release that changes it brings a migration; records of a
 * later shape are refused before anything reads or writes them.
 */
import type { Clock } from '../../base/clock.ts';
import { hasCode } from '../../base/errors.ts';
import type { Log } from '../../base/log.ts';
import { version } from '../../base/version.ts';
import { acquireLease, type RecordOperation, type RecordStore } from '../../storage/index.ts';
import { composeErrors } from '../errors.ts';

/** One step of the way, from the shape before it. */
export interface Migration {
  /** What it does, for the log. */
  readonly what: string;
  /** Must bear repeating: a crash in its middle runs it again from the beginning. */
  run(records: RecordStore): Promise<void>;
}

/** In order: the first leads from shape 1, that of release 0.1.0, to shape 2. None was needed yet. */
const MIGRATIONS: readonly Migration[] = [];

type ShapeRow = {
  readonly shape: number;
  /** The release that wrote them in this shape first, for people. */
  readonly writtenBy: string;
};

const PLACE = { pk: 'records-shape', sk: 'shape' } as const;
/** Records without the row were written before there was one. */
const FIRST = 1;
const LEASE_MS = 60_000;

export interface ShapeDeps {
  readonly clock: Clock;
  readonly log: Log;
  /** What tests put in the place of the real ones. */
  readonly migrations?: readonly Migration[];
  /** Makes a copy of the records before the first step. */
  readonly beforeFirst?: () => Promise<unknown>;
}

/** Throws `records_shape_newer` for records that a later release has brought into its shape. Changes nothing. */
export async function refuseNewerShape(records: RecordStore, migrations = MIGRATIONS): Promise<void> {
  const row = await records.get<ShapeRow>(PLACE.pk, PLACE.sk);
  const known = FIRST + migrations.length;
  if (!row || row.value.shape <= known) return;
  const { shape, writtenBy } = row.value;
  throw composeErrors('records_shape_newer', {
    attempted: `Use ${records.properties.url} with Holdfast ${version}`,
    detail: `they have the shape ${shape} of Holdfast ${writtenBy}, and this one knows shapes up to ${known}`,
  });
}

/**
 * Brings records into the shape of this release: each step once, in order, by one server while others wait for the next start.
 * A step is written down when it is done. Throws as {@link refuseNewerShape}, `records_shape_busy`, and what a step throws: then the shape is
 * that of the step before.
 */
export async function bringIntoShape(records: RecordStore, deps: ShapeDeps): Promise<void> {
  const { clock, log, migrations = MIGRATIONS } = deps;
  await refuseNewerShape(records, migrations);
  const wanted = FIRST + migrations.length;
  if ((await shapeOf(records)) === wanted) return await keepShape(records, wanted);
  const attempted = `Bring ${records.properties.url} into the shape of Holdfast ${version}`;
  await using lease = await acquireLease(records, 'records-shape', { ttlMs: LEASE_MS, holder: 'migration', clock });
  if (!lease) throw composeErrors('records_shape_busy', { attempted });
  await deps.beforeFirst?.();
  for (let shape = await shapeOf(records); shape < wanted; shape += 1) {
    const migration = migrations[shape - FIRST];
    if (!migration) throw new TypeError(`There is no step from shape ${shape}`);
    log.info({ shape: shape + 1 }, `The records are brought into a new shape: ${migration.what}`);
    await migration.run(records);
    await keepShape(records, shape + 1);
  }
}

/** Goes with the transaction that begins a workspace: a crash between the two would make it one of the first shape. */
export function shapeOfNew(): RecordOperation {
  const value: ShapeRow = { shape: FIRST + MIGRATIONS.length, writtenBy: version };
  return { op: 'put', ...PLACE, value };
}

async function shapeOf(records: RecordStore): Promise<number> {
  return (await records.get<ShapeRow>(PLACE.pk, PLACE.sk))?.value.shape ?? FIRST;
}

/** Where it does not stand there already. */
async function keepShape(records: RecordStore, shape: number): Promise<void> {
  const row = await records.get<ShapeRow>(PLACE.pk, PLACE.sk);
  if (row?.value.shape === shape) return;
  const value: ShapeRow = { shape, writtenBy: version };
  try {
    await records.transact([{ op: 'put', ...PLACE, value, if: row ? { revision: row.revision } : 'absent' }]);
  } catch (error) {
    // Another server wrote it just now.
    if (!hasCode(error, 'record_conflict')) throw error;
  }
}
