import { join } from 'node:path';
import { systemClock } from '../../base/clock.ts';
import { HoldfastError } from '../../base/errors.ts';
import { steadyHeap } from '../../base/memory/steady-heap.ts';
import { reportRun } from '../../findings/index.ts';
import type { AnalysedBatch } from '../analysing/analysed-batch.ts';
import { automaticBlocks } from '../blocking/automatic.ts';
import { makeBlock, planBlock } from '../blocking/block.ts';
import { keptHere } from '../blocking/protected.ts';
import { openBlockReceipts } from '../blocking/receipts.ts';
import { openDetections, type OpenDetections } from '../detecting/index.ts';
import type { FlowBatch } from '../store/flow-batch.ts';
import type { NoticeRecord } from '../records/notice-record.ts';
import { observationsOf, runOf } from '../reporting/report-notices.ts';
import { noticesAlone } from '../store/same-capture.ts';
import { keepBounds } from './keep-bounds.ts';
import type { LocalNetwork } from './local-network.ts';

export interface KeptFlows extends AsyncDisposable {
  readonly sink: (batch: AnalysedBatch | FlowBatch) => Promise<void>;
  readonly detections: OpenDetections['detections'];
  /** Alerts so far. */
  alerts(): number;
  /** Flows so far that had been kept before. */
  known(): number;
}

export interface KeptPlace {
  readonly stateFolder: string;
  readonly isLive: boolean;
  /** Hears of what must not be missed, one sentence each. */
  readonly warn: (line: string) => void;
}

/** Alerts that are told apart when they are counted. */
const MOST_COUNTED = 100_000;
/** Often enough that a kill costs little of what is usual here. */
const SAVE_MS = 5 * 60_000;

/**
 * Flows, what was said in them, and alerts go into the store of this computer, and findings are made of what is worth one.
 * `isLive`: what is known of this network is used and kept; a capture of somewhere else teaches nothing about here.
 */
export async function openKeptFlows(local: LocalNetwork, { stateFolder, isLive, warn }: KeptPlace): Promise<KeptFlows> {
  const opened = new AsyncDisposableStack();
  try {
    const opening = opened.use(
      await openDetections({
        settings: local.settings,
        folder: isLive ? join(stateFolder, 'network') : null,
        blockLists: local.blockLists,
        addressDatabases: local.addressDatabases,
      }),
    );
    for (const line of opening.warnings) warn(line);
    const store = opened.use(await local.openFlows(stateFolder));
    const bounds = opened.use(keepBounds(store, { settings: local.settings, clock: systemClock, warn }));
    const findings = opened.use(await local.openFindings(stateFolder));
    const holdHeap = steadyHeap();
    let savedMs = performance.now();
    const blockThem = automaticBlocker(local, stateFolder, warn);
    const alerts = new Set<string>();
    let known = 0;
    return {
      ...{ detections: opening.detections, alerts: () => alerts.size, known: () => known },
      async sink(batch) {
        if (!(await store.add(batch))) {
          known += 'columns' in batch ? batch.columns.count : batch.conn.length;
          if (batch.notices.length > 0) await store.add(noticesAlone(batch));
        }
        bounds.look();
        for (const { key } of batch.notices) if (alerts.size < MOST_COUNTED) alerts.add(key);
        const observations = await observationsOf(store, batch.notices);
        if (observations.length > 0) await reportRun(runOf(batch.sensor, observations), findings.sink);
        if (isLive) await blockThem(batch.notices);
        holdHeap();
        if (performance.now() - savedMs < SAVE_MS) return;
        savedMs = performance.now();
        await opening.save();
      },
      [Symbol.asyncDispose]: () => opened.disposeAsync(),
    };
  } catch (error) {
    await opened.disposeAsync();
    throw error;
  }
}

/** Blocks who guesses from outside, where the setting says so. What cannot be blocked is told, and ends nothing. */
function automaticBlocker(
  { settings, neverBlock }: LocalNetwork,
  stateFolder: string,
  warn: (line: string) => void,
): (notices: readonly NoticeRecord[]) => Promise<void> {
  const seconds = Math.floor(settings.networkBlockAutomaticMs / 1000);
  if (seconds === 0) return async () => {};
  const receipts = openBlockReceipts(stateFolder);
  return async (notices) => {
    for (const { address, why } of automaticBlocks(notices)) {
      try {
        const plan = await planBlock({ address, seconds, why, by: 'automatic' }, keptHere(neverBlock), receipts);
        const { until } = await makeBlock(plan, receipts, systemClock);
        warn(`${address} is blocked until ${until}: ${why}. Take it back: holdfast network unblock ${address}`);
      } catch (error) {
        if (!(error instanceof HoldfastError)) throw error;
        if (error.code !== 'network_block_made_already') warn(`${address} is not blocked: ${error.message}`);
      }
    }
  };
}
