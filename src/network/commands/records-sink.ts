import { resolve } from 'node:path';
import type { CommandContext } from '../../base/commands/command.ts';
import type { Sink } from '../analysing/delivery.ts';
import type { FlowMemory } from '../flows/layout.ts';
import { ConnWriter, type RecordFormat } from '../records/conn-writer.ts';
import { openRecordsFile } from './records-file.ts';

export interface RecordsSink extends AsyncDisposable {
  readonly sink: Sink;
  /** Writes what stands at the end; the file stays. */
  finish(): Promise<void>;
}

/** A new file of records, written as flows end. */
export async function openRecordsSink(
  path: string,
  format: RecordFormat,
  { workingFolder, clock }: Pick<CommandContext, 'workingFolder' | 'clock'>,
): Promise<RecordsSink> {
  const file = await openRecordsFile(resolve(workingFolder, path));
  // Flows come in one of two pieces of memory.
  const writers = new Map<FlowMemory, ConnWriter>();
  let writer: ConnWriter | undefined;
  return {
    async sink({ columns }) {
      const isFirst = writer === undefined;
      writer = writers.get(columns.memory) ?? new ConnWriter(columns.memory, format, columns.seed);
      writers.set(columns.memory, writer);
      if (isFirst) {
        // A capture may go on for days: what there is of it stays, however it ends.
        file.keep();
        writer.head(clock());
      }
      for (let index = 0; index < columns.count; index += 1) {
        writer.record(index, columns.isPartial(index), columns.service(index), columns.holder(index));
      }
      await file.write(writer.bytes.take());
    },
    async finish() {
      writer?.foot(clock());
      if (writer) await file.write(writer.bytes.take());
    },
    [Symbol.asyncDispose]: () => file[Symbol.asyncDispose](),
  };
}
