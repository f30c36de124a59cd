import { timestamp } from '../../base/clock.ts';
import type { DriveRow, GenerationRow } from '../records.ts';

/** What lies at `drives/<driveId>/drive.json`, in clear: which drive it is, and what its objects are encrypted to. */
export function driveFacts(
  driveId: string,
  drive: Pick<DriveRow, 'kind' | 'createdMs'>,
  generations: readonly Omit<GenerationRow, 'mac'>[],
): Buffer {
  const facts = {
    format: 'holdfast-drive-1',
    driveId,
    kind: drive.kind,
    createdTime: timestamp(drive.createdMs),
    generations: generations.map(({ suite, recipient, createdMs }, index) => ({
      number: index + 1,
      suite,
      recipient,
      createdTime: timestamp(createdMs),
    })),
  };
  return Buffer.from(`${JSON.stringify(facts, null, 2)}\n`);
}
