/** Five million flows of a network that is used by day, the same in each run, straight into a store: no packets, and no object for each. */
import { newId } from '../../src/base/ids.ts';
import { Letter, noteOnce } from '../../src/network/flows/history.ts';
import { Double, flowMemory, Kind, Word } from '../../src/network/flows/layout.ts';
import { Side, withState } from '../../src/network/flows/state.ts';
import { FlowColumns } from '../../src/network/records/flow-columns.ts';
import type { FlowStore } from '../../src/network/store/flow-store.ts';

/** As an analysis hands them over. */
const BATCH = 8000;
const SERVICES = ['ssl', 'http', 'dns', 'ssh', 'mysql'] as const;
const PORTS = [443, 80, 53, 22, 3306] as const;
const STATES = [
  withState(withState(0, 0, Side.closed), 1, Side.closed),
  withState(0, 0, Side.synSent),
  withState(withState(0, 0, Side.synSent), 1, Side.reset),
  withState(withState(0, 0, Side.established), 1, Side.established),
] as const;

/** Hosts of the own network, and of everybody else: few are spoken with often, and most once in a while. */
const CLIENTS = 4000;
const OUTSIDE = 200_000;

export interface Filled {
  /** Of the first flow and behind the last, seconds since 1970. */
  readonly from: number;
  readonly to: number;
  /** Until the store had acknowledged all of them, without the time that it took to make them. */
  readonly storedMs: number;
  /** The same in time of the processor, of this process. */
  readonly storedCpuMs: number;
}

/** Spread over one day, in the order of time; hosts of one sensor. */
export async function fill(store: FlowStore, flows: number, from: number): Promise<Filled> {
  const columns = new FlowColumns(BATCH, [1, 2, 3]);
  const one = flowMemory(1);
  for (const letter of [Letter.s, Letter.h, Letter.a, Letter.d, Letter.f]) noteOnce(one.words, 0, letter, 0);
  const seconds = 86_400;
  let state = 1;
  const chance = (below: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
  /** The low numbers often. */
  const busy = (below: number): number => Math.floor((chance(65_536) / 65_536) ** 3 * below);
  let [storedMs, storedCpuMs] = [0, 0];
  for (let serial = 1; serial <= flows; serial += 1) {
    const { words, doubles } = one;
    const kind = chance(16);
    const service = kind < 7 ? 0 : kind < 10 ? 1 : kind < 14 ? 2 : kind < 15 ? 3 : 4;
    const protocol = service === 2 ? 17 : 6;
    const answered = chance(8) < 6 ? 0 : 1 + chance(3);
    const firstUs = Math.floor((from + ((serial - 1) / flows) * seconds) * 1e6);
    const [sent, received] = [80 + chance(3000), answered === 0 ? 120 + chance(60_000) : 0];
    words[Word.originator] = 0x0a000001 + busy(CLIENTS);
    words[Word.responder] = 0xc6120001 + busy(OUTSIDE);
    words[Word.ports] = ((32_768 + chance(28_000)) << 16) | PORTS[service];
    words[Word.kind] = protocol | Kind.inUse;
    words[Word.state] = protocol === 6 ? STATES[answered]! : STATES[3];
    words[Word.serial] = serial;
    words[Word.packets] = 1 + (sent >> 9);
    words[Word.packets + 1] = received >> 10;
    doubles[Double.firstUs] = firstUs;
    doubles[Double.lastUs] = firstUs + chance(30_000_000);
    doubles[Double.ipBytes] = sent;
    doubles[Double.ipBytes + 1] = received;
    doubles[Double.bytes] = sent - 60;
    doubles[Double.bytes + 1] = received;
    columns.add(one, 0, false, answered === 0 || protocol === 17 ? SERVICES[service] : null);
    if (columns.count < BATCH && serial < flows) continue;
    const coverage = { from, to: from + seconds, packets: columns.count * 10, dropped: 0, leftOut: {} };
    const begunMs = performance.now();
    const used = process.cpuUsage();
    await store.add({ id: newId(), sensor: 'local', columns, coverage });
    const { user, system } = process.cpuUsage(used);
    storedMs += performance.now() - begunMs;
    storedCpuMs += (user + system) / 1000;
    columns.clear();
  }
  return { from, to: from + seconds, storedMs, storedCpuMs };
}
