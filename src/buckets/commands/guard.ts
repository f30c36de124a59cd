/** What the verbs of buckets/ work with: the store, and this computer's state folder. */
import type { FindingsPlace } from '../../findings/index.ts';
import type { FindingsSink } from '../auditing/record.ts';
import type { AwsReader } from '../facts/aws/reader.ts';
import type { TrialStore } from '../fixes/probe-writes.ts';
import type { BucketsSettings } from '../settings.ts';
import type { StateFiles } from '../state/state-files.ts';
import type { ChosenPlace } from './where.ts';

export interface LocalGuard extends AsyncDisposable {
  readonly settings: BucketsSettings;
  readonly files: StateFiles;
  readonly findings: FindingsPlace;
  readonly sink: FindingsSink;
  openReader(place: ChosenPlace): Promise<AwsReader>;
  openWriter(place: ChosenPlace): Promise<TrialStore>;
}

/** Opens what is kept in a state folder; makes it when it is missing. */
export type OpenLocalGuard = (stateFolder: string) => Promise<LocalGuard>;
