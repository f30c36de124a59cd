import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { resolve } from 'node:path';
import type { CommandContext, CommandInput } from '../../base/commands/command.ts';
import { commandErrors } from '../../base/commands/errors.ts';
import { count } from '../../base/text/quantities.ts';
import { visible } from '../../base/text/visible.ts';
import { ArchiveReader } from '../store/archive/archive-lines.ts';
import type { FlowBatch } from '../store/flow-batch.ts';
import type { FlowStore } from '../store/flow-store.ts';
import { networkSettings } from '../settings.ts';
import { type LineLimit, textLines } from '../vpc/text-lines.ts';
import { keepBounds } from './keep-bounds.ts';
import type { LocalNetwork } from './local-network.ts';
import { stateFolderFrom } from './state-option.ts';

/** A record has long fields and long lists of them; it is no larger than the batch that an agent handed it over in. */
const ARCHIVE_LINE: LineLimit = { most: networkSettings.networkPostBytes.max, code: 'network_archive_unknown' };

/** Archived days, opened: counted, and kept on this computer where that is wanted. */
export async function readArchives(
  context: CommandContext,
  input: CommandInput,
  files: readonly string[],
  { stdin, openFlows, settings }: LocalNetwork,
): Promise<void> {
  const { terminal, workingFolder, signal } = context;
  if (['logs', 'out', 'format'].some((name) => input.text(name) !== undefined) || input.args.length > 0) {
    throw commandErrors('usage_invalid', {
      detail: '--archive stands alone or with --keep: its lines are JSON already',
    });
  }
  await using opened = new AsyncDisposableStack();
  let store: FlowStore | null = null;
  if (input.flag('keep')) {
    store = opened.use(await openFlows(stateFolderFrom(context, input)));
    const warn = (line: string): void => terminal.warn(visible(line));
    opened.use(keepBounds(store, { settings, clock: context.clock, warn }));
  }
  const counts = { flows: 0, records: 0, notices: 0, known: 0 };
  let [from, to] = [Infinity, -Infinity];
  const take = async (batch: FlowBatch): Promise<void> => {
    signal.throwIfAborted();
    counts.flows += batch.conn.length;
    counts.records += batch.logs.length;
    counts.notices += batch.notices.length;
    for (const { ts } of batch.conn) [from, to] = [Math.min(from, ts), Math.max(to, ts)];
    if (store !== null && !(await store.add(batch))) counts.known += batch.conn.length;
  };
  for (const name of files) {
    const bytes = name === '-' ? stdin : createReadStream(resolve(workingFolder, name), { signal });
    const reader = new ArchiveReader(name, contentId);
    for await (const line of textLines(bytes as AsyncIterable<Uint8Array>, name, ARCHIVE_LINE)) {
      for (const batch of reader.read(line)) await take(batch);
    }
    for (const batch of reader.end()) await take(batch);
  }
  const time = (seconds: number): string | null =>
    Number.isFinite(seconds) ? new Date(seconds * 1000).toISOString() : null;
  const told = { ...counts, isKept: store !== null, fromTime: time(from), toTime: time(to) };
  terminal.show(told, () => [
    `Flows    ${counts.flows.toLocaleString('en-US')}`,
    `Records  ${counts.records.toLocaleString('en-US')} of protocols`,
    `Alerts   ${counts.notices.toLocaleString('en-US')}`,
    ...(told.fromTime === null ? [] : [`Time     ${told.fromTime} to ${told.toTime}`]),
    ...(store === null ? ['', 'Nothing of it was kept: --keep puts it into the store of this computer.'] : []),
    ...(counts.known === 0
      ? []
      : ['', `${count(counts.known, 'flow')} of it had been kept before, and stand there once.`]),
  ]);
}

/** The same lines make the same batches, and a store that has them leaves them. */
function contentId(lines: readonly string[]): string {
  const hash = createHash('sha256');
  for (const line of lines) hash.update(line).update('\n');
  return `archive-${hash.digest('base64url')}`;
}
