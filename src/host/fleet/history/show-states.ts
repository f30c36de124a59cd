/** Facts and rules of a host at some time, and what had changed. */
import { timestamp } from '../../../base/clock.ts';
import { unifiedDiff } from '../../diff/unified.ts';
import { hostErrors } from '../../errors.ts';
import { changesBetween } from '../../facts/changes.ts';
import type { Facts } from '../../facts/facts.ts';
import { canonicalLines, isHeading } from '../../firewall/canonical.ts';
import type { FirewallRules } from '../../firewall/rules.ts';
import type { StateKind } from '../../records.ts';
import type * as wire from '../../wire.ts';
import type { FleetDeps } from '../fleet-deps.ts';
import { listStates, readState } from './states.ts';

type Deps = Pick<FleetDeps, 'records'>;

export async function statesReply(deps: Deps, kind: StateKind, hostId: string): Promise<wire.StatesReply> {
  const states = await listStates(deps, kind, hostId);
  return {
    states: states.map(({ number, atMs, changed }) => ({
      stateId: String(number),
      time: timestamp(atMs),
      changed: changed && { ...changed },
    })),
  };
}

/** `atMs` null: as they are now. Throws `host_state_not_found`. */
export async function factsReply(deps: Deps, hostId: string, atMs: number | null): Promise<wire.FactsReply> {
  const states = await listStates(deps, 'facts', hostId);
  const place = atMs === null ? 0 : states.findIndex((each) => each.atMs <= atMs);
  const wanted = states[place];
  if (!wanted) throw hostErrors('host_state_not_found', { attempted: `Show the facts of the host ${hostId}` });
  const older = states[place + 1];
  const [now, before] = await Promise.all([
    readState<Facts>(deps, 'facts', hostId, wanted.number),
    older ? readState<Facts>(deps, 'facts', hostId, older.number) : null,
  ]);
  return {
    stateId: String(wanted.number),
    time: timestamp(wanted.atMs),
    before: older ? { stateId: String(older.number), time: timestamp(older.atMs) } : null,
    facts: now.state as unknown as wire.FactsReply['facts'],
    changes: before
      ? changesBetween(before.state, now.state).map(({ section, gone, new: made }) => ({
          ...{ section, gone: [...gone], new: [...made] },
        }))
      : [],
  };
}

/** Throws `host_state_not_found`. */
export async function rulesReply(deps: Deps, hostId: string, number: number): Promise<wire.RulesReply> {
  const { state, atMs } = await readState<FirewallRules>(deps, 'firewall', hostId, number);
  return {
    stateId: String(number),
    time: timestamp(atMs),
    text: canonicalLines(state).join('\n'),
    tools: Object.entries(state.tools).map(([tool, own]) => ({ tool, why: own.state === 'read' ? null : own.why })),
  };
}

/** Throws `host_state_not_found`. */
export async function rulesDiff(deps: Deps, hostId: string, from: number, to: number): Promise<wire.RulesDiffReply> {
  const [one, other] = await Promise.all([
    readState<FirewallRules>(deps, 'firewall', hostId, from),
    readState<FirewallRules>(deps, 'firewall', hostId, to),
  ]);
  const lines = unifiedDiff(canonicalLines(one.state), canonicalLines(other.state), {
    before: `${from} ${timestamp(one.atMs)}`,
    after: `${to} ${timestamp(other.atMs)}`,
    isHeading,
  });
  return { from: String(from), to: String(to), text: lines.join('\n') };
}
