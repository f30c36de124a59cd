/** Facts and rules of hosts over time: each state that is another one, packed, the oldest given up for the newest. */
import { promisify } from 'node:util';
import { hasCode } from '../../../base/errors.ts';
import { zlibOnUse } from '../../../base/node-on-use.ts';
import type { RecordOperation } from '../../../storage/index.ts';
import { hostErrors } from '../../errors.ts';
import {
  numberIn,
  partKey,
  partsOf,
  rowsOf,
  stateKey,
  statesOf,
  type PartRow,
  type StateKind,
  type StateRow,
} from '../../records.ts';
import { deleteRows } from '../hosts/delete-rows.ts';
import type { FleetDeps } from '../fleet-deps.ts';

const pack = (text: string): Promise<Buffer> => promisify(zlibOnUse().gzip)(text);
const unpack = (packed: Buffer): Promise<Buffer> => promisify(zlibOnUse().gunzip)(packed);
/** Of base64: below what a row takes. */
const PART = 256 * 1024;

export type KeptState<State> = StateRow & { readonly number: number; readonly state: State };
type Deps = Pick<FleetDeps, 'records' | 'settings' | 'clock'>;

export interface WayOfStates<State> {
  readonly kind: StateKind;
  /** `null`: they are the same, and nothing is to be kept. */
  readonly changed: (before: State, after: State) => { readonly new: number; readonly gone: number } | null;
}

export interface Kept {
  /** Of the last state there is now. */
  readonly number: number;
  /** For the transaction that takes note of it. */
  readonly operations: readonly RecordOperation[];
}

export interface Brought<State> {
  readonly state: State;
  readonly atMs: number;
  readonly reportId: string;
  /** Nothing is written once the host is another one than was read. */
  readonly hostAsRead: RecordOperation;
}

/**
 * Writes a state when it is another than the last one, whose number is `last` (0: there is none). It is there once the
 * operations are written.
 */
export async function keepState<State extends object>(
  deps: Deps,
  { kind, changed }: WayOfStates<State>,
  hostId: string,
  last: number,
  { state, atMs, reportId, hostAsRead }: Brought<State>,
): Promise<Kept> {
  const before = last === 0 ? null : await stateOrNull<State>(deps, kind, hostId, last);
  const change = before && changed(before.state, state);
  if (before && change === null) return { number: last, operations: [] };
  const number = last + 1;
  const text = (await pack(JSON.stringify(state))).toString('base64');
  const parts = Math.max(1, Math.ceil(text.length / PART));
  for (let part = 0; part < parts; part += 1) {
    const value: PartRow = { gzip: text.slice(part * PART, (part + 1) * PART) };
    await deps.records.transact([
      { op: 'put', ...partKey(hostId, kind, { number, reportId, part }), value },
      hostAsRead,
    ]);
  }
  const value: StateRow = { atMs, changed: change, reportId, parts };
  return { number, operations: [{ op: 'put', ...stateKey(hostId, kind, number), value }] };
}

/** The newest first. */
export async function listStates(
  { records }: Pick<Deps, 'records'>,
  kind: StateKind,
  hostId: string,
): Promise<readonly (StateRow & { readonly number: number })[]> {
  const states: (StateRow & { readonly number: number })[] = [];
  let after: string | undefined;
  do {
    const options = { prefix: statesOf(kind), reverse: true, limit: 1000, ...(after === undefined ? {} : { after }) };
    const page = await records.query<StateRow>(rowsOf(hostId), options);
    states.push(...page.items.map(({ sk, value }) => ({ ...value, number: numberIn(sk) })));
    after = page.next;
  } while (after !== undefined);
  return states;
}

/** Throws `host_state_not_found`. */
export async function readState<State extends object>(
  { records }: Pick<Deps, 'records'>,
  kind: StateKind,
  hostId: string,
  number: number,
): Promise<KeptState<State>> {
  const at = stateKey(hostId, kind, number);
  const row = (await records.get<StateRow>(at.pk, at.sk))?.value;
  const texts: string[] = [];
  for (let part = 0; part < (row?.parts ?? 0); part += 1) {
    const place = partKey(hostId, kind, { number, reportId: row?.reportId ?? '', part });
    texts.push((await records.get<PartRow>(place.pk, place.sk))?.value.gzip ?? '');
  }
  // The oldest may go while it is read.
  if (!row || texts.includes('')) throw hostErrors('host_state_not_found', { detail: `${kind} ${number}` });
  const text = (await unpack(Buffer.from(texts.join(''), 'base64'))).toString('utf8');
  return { ...row, number, state: JSON.parse(text) as State };
}

async function stateOrNull<State extends object>(
  deps: Pick<Deps, 'records'>,
  kind: StateKind,
  hostId: string,
  number: number,
): Promise<KeptState<State> | null> {
  try {
    return await readState<State>(deps, kind, hostId, number);
  } catch (error) {
    if (hasCode(error, 'host_state_not_found')) return null;
    throw error;
  }
}

/** Gives up what is too much or too old; the newest stays. Safe to repeat: the row of a state goes after its parts. */
export async function giveUpStates({ records, settings, clock }: Deps, kind: StateKind, hostId: string): Promise<void> {
  const states = await listStates({ records }, kind, hostId);
  const oldestMs = clock() - settings.hostStatesKeptMs;
  for (const [place, { number }] of states.entries()) {
    const followedMs = states[place - 1]?.atMs;
    if (place < settings.hostStatesKept && (followedMs === undefined || followedMs > oldestMs)) continue;
    await deleteRows(records, hostId, partsOf(kind, number));
    await records.transact([{ op: 'delete', ...stateKey(hostId, kind, number) }]);
  }
}
