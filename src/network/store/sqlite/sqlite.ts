import type { Clock } from '../../../base/clock.ts';
import type { FlowStore, StoreUsage } from '../flow-store.ts';
import { sourceOf } from '../source-of.ts';
import { addBatch } from './add-batch.ts';
import { waitingParts } from './archived-parts.ts';
import type { FlowFile } from './disk/flow-file.ts';
import { flowsError, withFlowsErrors } from './disk/flow-errors.ts';
import { FlowFolder } from './disk/flow-folder.ts';
import { findFlows, findUid, firstTimeOf, storedFlow } from './queries/find-flows.ts';
import { findLogs, logsOfFlow } from './queries/find-logs.ts';
import { findNotices, newestOfEach } from './queries/find-notices.ts';
import { sensorsOf, timelineOf, topTalkers } from './queries/figures.ts';
import { readFiles } from './read-files.ts';
import { FlowRows } from './segments/flow-rows.ts';
import { uidWords } from './segments/uid-words.ts';
import { makeRoom, sweepFiles } from './sweep-files.ts';
import { openFlowWriter } from './writer/flow-writer.ts';

export interface SqliteFlowsOptions {
  /** Of files; made when it is missing. */
  readonly folder: string;
  /** Kept at most: beyond it the oldest goes. */
  readonly mostBytes: number;
  readonly keptMs: number;
  /** What is not archived is kept for longer than that, as far as there is room. */
  readonly isArchived?: boolean;
  readonly clock: Clock;
}

const MOST_LOGS_OF_A_FLOW = 1000;
/** A record of a protocol is of the last packet of its flow at the latest. */
const SLACK_US = 1e6;
/** Room is made in pieces of this part of all: so much less than `mostBytes` may be kept. */
const FILES_OF_A_STORE = 16;
const LEAST_FILE_BYTES = 2 ** 20;

/**
 * Flows in files of SQLite, whichever process adds to them: each batch is one transaction, on the disk when it is acknowledged. Throws
 * `flows_unavailable`, `flows_damaged`.
 */
export async function openSqliteFlowStore(options: SqliteFlowsOptions): Promise<FlowStore> {
  const { mostBytes, keptMs, clock, isArchived = false } = options;
  const attempted = `Open the flows in ${options.folder}`;
  let folder: FlowFolder;
  try {
    folder = await FlowFolder.open(options.folder, Math.max(LEAST_FILE_BYTES, mostBytes / FILES_OF_A_STORE));
    folder.removeLeftovers();
    folder.files();
  } catch (error) {
    throw flowsError(error, attempted);
  }
  const rows = new FlowRows();
  /** Flows that went before they were archived. */
  let lost = 0;
  const reading = async <Result>(step: (files: readonly FlowFile[]) => Result | Promise<Result>): Promise<Result> => {
    try {
      return await readFiles(folder, step);
    } catch (error) {
      throw flowsError(error, `Read the flows in ${options.folder}`);
    }
  };
  return {
    async add(batch) {
      return withFlowsErrors(`Store flows in ${options.folder}`, () => {
        const isNew = addBatch(folder, batch, rows, clock());
        lost += makeRoom(folder, mostBytes).lost;
        return isNew;
      });
    },
    openWriter: () => openFlowWriter({ folder: options.folder, mostBytes, keptMs, isArchived }, clock),
    flows: (query) => reading((files) => findFlows(files, query)),
    flow: (uid) =>
      reading((files) => {
        const found = findUid(files, uidWords(uid).words, null);
        const conn = found && storedFlow(found);
        if (!found || conn?.uid !== uid) return null;
        const toUs = found.us + conn.duration * 1e6 + SLACK_US;
        const logs = logsOfFlow(files, uid, found.us - SLACK_US, toUs, MOST_LOGS_OF_A_FLOW);
        const all = newestOfEach(files, { from: conn.ts, to: Infinity });
        return { conn, logs, notices: all.filter(({ uids }) => uids.includes(uid)) };
      }),
    logs: (kind, query) => reading((files) => findLogs(files, kind, query)),
    notices: (query) => reading((files) => findNotices(files, query)),
    talkers: (query) => reading((files) => topTalkers(files, query)),
    timeline: (query) => reading((files) => timelineOf(files, query)),
    source: (address, range) =>
      reading((files) =>
        sourceOf(
          {
            flows: (query) => findFlows(files, query),
            logs: (kind, query) => findLogs(files, kind, query),
            noticesOf: async (query) => newestOfEach(files, query),
            firstTimeOf: async (wanted) => firstTimeOf(files, wanted),
          },
          address,
          range,
        ),
      ),
    sensors: (range) => reading((files) => sensorsOf(files, range)),
    usage: () => reading(usageOf),
    async sweep(nowMs) {
      return withFlowsErrors(`Remove old flows in ${options.folder}`, () => {
        const swept = sweepFiles(folder, options, nowMs);
        const told = { removed: swept.removed, lost: isArchived ? lost + swept.lost : 0 };
        lost = 0;
        return told;
      });
    },
    // Each batch is added up in the transaction that stores it.
    async addUp() {},
    archive: {
      async waiting(nowMs) {
        // They are read and noted later, so they have to be of files that stay open.
        return withFlowsErrors(`Read the flows in ${options.folder}`, () => waitingParts(folder.files(), nowMs));
      },
    },
    async [Symbol.asyncDispose]() {
      folder[Symbol.dispose]();
    },
  };
}

function usageOf(files: readonly FlowFile[]): StoreUsage {
  const conn = files.flatMap((file) => file.segments()).filter(({ kind }) => kind === 'conn');
  const oldest = conn.reduce((least, { leastUs }) => Math.min(least, leastUs), Infinity);
  const newest = conn.reduce((most, { mostUs }) => Math.max(most, mostUs), -Infinity);
  return {
    flows: conn.reduce((sum, { rows }) => sum + rows, 0),
    bytes: files.reduce((sum, file) => sum + file.bytes(), 0),
    oldest: conn.length === 0 ? null : oldest / 1e6,
    newest: conn.length === 0 ? null : newest / 1e6,
  };
}
