import { createReadStream } from 'node:fs';
import { basename, resolve } from 'node:path';
import type { CommandContext, CommandInput } from '../../base/commands/command.ts';
import { commandErrors } from '../../base/commands/errors.ts';
import { count } from '../../base/text/quantities.ts';
import { visible } from '../../base/text/visible.ts';
import { analyseFlowLog } from '../analysing/analyse-flow-log.ts';
import type { Detections } from '../detecting/index.ts';
import type { FlowBatch } from '../store/flow-batch.ts';
import { LOG_LINE, textLines } from '../vpc/text-lines.ts';
import { emptySummary } from '../vpc/vpc-summary.ts';
import { keepBounds } from './keep-bounds.ts';
import { openKeptFlows } from './kept-flows.ts';
import type { LocalNetwork } from './local-network.ts';
import { vpcLines } from './read-vpc.ts';
import { stateFolderFrom } from './state-option.ts';

/** Flow logs of a VPC into the store of this computer, with what is wrong about them, unless flows alone are asked for. */
export async function keepVpc(context: CommandContext, input: CommandInput, local: LocalNetwork): Promise<void> {
  const { terminal, workingFolder, signal } = context;
  if (['out', 'format'].some((name) => input.text(name) !== undefined)) {
    throw commandErrors('usage_invalid', { detail: '--keep stands alone: no --format or --out beside it' });
  }
  const summary = emptySummary();
  await using keeper = await openKeeper(context, input, local);
  const { detections, sink } = keeper;
  let problem: Error | null = null;
  for (const name of input.list('vpc')) {
    const bytes = name === '-' ? local.stdin : createReadStream(resolve(workingFolder, name), { signal });
    problem = await analyseFlowLog(textLines(bytes as AsyncIterable<Uint8Array>, name, LOG_LINE), {
      ...{ name, summary, signal, sink },
      sensor: `upload:${name === '-' ? 'standard input' : basename(name)}`.slice(0, 200),
      ...(detections && { detections }),
    });
    if (problem) break;
  }
  // What came before counts, and was kept.
  if (problem && summary.lines === 0) throw problem;
  const [alerts, known] = [keeper.alerts(), keeper.known()];
  if (detections) terminal.note(`${count(alerts, 'alert')}: holdfast network alerts`);
  if (known > 0) terminal.note(`${count(known, 'flow')} of it had been kept before, and stand there once.`);
  terminal.show({ ...summary, alerts, known }, () => vpcLines(terminal, summary));
  if (problem) throw problem;
}

interface Keeper extends AsyncDisposable {
  readonly sink: (batch: FlowBatch) => Promise<void>;
  /** `null`: flows alone are asked for. */
  readonly detections: Detections | null;
  alerts(): number;
  known(): number;
}

async function openKeeper(context: CommandContext, input: CommandInput, local: LocalNetwork): Promise<Keeper> {
  const { terminal, clock } = context;
  const stateFolder = stateFolderFrom(context, input);
  const warn = (line: string): void => terminal.warn(visible(line));
  if (!input.flag('flows-only')) return await openKeptFlows(local, { stateFolder, isLive: false, warn });
  await using opening = new AsyncDisposableStack();
  const store = opening.use(await local.openFlows(stateFolder));
  const bounds = opening.use(keepBounds(store, { settings: local.settings, clock, warn }));
  const opened = opening.move();
  let known = 0;
  return {
    ...{ detections: null, alerts: () => 0, known: () => known },
    async sink(batch) {
      if (!(await store.add(batch))) known += batch.conn.length;
      bounds.look();
    },
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  };
}
