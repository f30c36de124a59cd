import { setImmediate } from 'node:timers/promises';
import type { NoticeRecord } from '../../records/notice-record.ts';
import type { ArchivedPart, ArchivedRecord } from '../flow-store.ts';
import type { FlowFile } from './disk/flow-file.ts';
import { flowsError } from './disk/flow-errors.ts';
import { dayOf, endOfDayMs } from './disk/flow-folder.ts';

/** Others get their turn after so many. */
const SOME = 500;
const ARCHIVED = 'archived';

export function isInArchive(file: FlowFile): boolean {
  return file.about(ARCHIVED) !== null;
}

/** Files of days that are over. They are closed first: what is archived of them is all that they will ever have. */
export function waitingParts(files: readonly FlowFile[], nowMs: number): readonly ArchivedPart[] {
  return files
    .filter((file) => endOfDayMs(file) <= nowMs && !isInArchive(file))
    .map((file) => {
      if (file.about('state') === 'open') file.close();
      return partOf(file);
    });
}

function partOf(file: FlowFile): ArchivedPart {
  const attempted = `Archive the flows in ${file.name}`;
  return {
    day: dayOf(file),
    id: file.name.replace(/^flows-\d{4}-\d{2}-\d{2}-|\.sqlite$/g, ''),
    async *records() {
      try {
        for (const some of recordsOf(file)) {
          yield some;
          await setImmediate();
        }
      } catch (error) {
        throw flowsError(error, attempted);
      }
    },
    async done() {
      try {
        file.setAbout(ARCHIVED, 'yes');
      } catch (error) {
        throw flowsError(error, attempted);
      }
    },
  };
}

function* recordsOf(file: FlowFile): Generator<readonly ArchivedRecord[]> {
  for (const row of file.segments()) {
    const { kind, sensor } = row;
    const flows = kind === 'conn' ? file.flows(row) : null;
    const logs = flows === null ? file.logs(row).records : [];
    for (let from = 0; from < row.rows; from += SOME) {
      const rows = Array.from({ length: Math.min(SOME, row.rows - from) }, (_, index) => from + index);
      yield rows.map((at) => ({
        _path: kind,
        sensor,
        ...(flows === null ? logs[at] : flows.record(at)),
      }));
    }
  }
  const notices = file.statement('SELECT sensor, body FROM notices').all() as unknown as readonly {
    readonly sensor: string;
    readonly body: string;
  }[];
  yield notices.map(({ sensor, body }) => ({
    _path: 'notice',
    sensor,
    ...(JSON.parse(body) as NoticeRecord),
  }));
  const coverage = file.statement('SELECT * FROM coverage').all() as unknown as readonly {
    readonly sensor: string;
    readonly first: number;
    readonly last: number;
    readonly packets: number;
    readonly dropped: number;
    readonly left_out: string;
  }[];
  yield coverage.map(({ sensor, first: from, last: to, packets, dropped, left_out: leftOut }) => ({
    ...{ _path: 'coverage', sensor, from, to, packets, dropped },
    leftOut: JSON.parse(leftOut) as Record<string, number>,
  }));
}
