/** What the verbs of buckets/ work with: the store, and this computer's state folder. */
import type { FindingsPlace, FindingsSink } from '../../findings/index.ts';
import type { Probing } from '../auditing/probing.ts';
import type { AwsReader } from '../facts/aws/reader.ts';
import type { TrialStore } from '../fixes/probe-writes.ts';
import type { Stack } from '../../stacks/index.ts';
import type { OwnTrail } from '../guard/aws/trails.ts';
import type { DeployedGuard } from '../guard/examine.ts';
import type { SwitchDeps } from '../notices/switching/switch.ts';
import type { WatchedStore } from '../watching/watched-store.ts';
import type { BucketsSettings } from '../settings.ts';
import type { StateFiles } from '../state/state-files.ts';
import type { ChosenPlace } from './where.ts';

export interface LocalGuard extends AsyncDisposable {
  readonly settings: BucketsSettings;
  readonly files: StateFiles;
  readonly findings: FindingsPlace;
  readonly sink: FindingsSink;
  /** How strangers reach the store there; at most `perSecond` requests a second where that is given. */
  probing(place: Pick<ChosenPlace, 'endpoint'>, perSecond?: number): Probing;
  openReader(place: ChosenPlace): Promise<AwsReader>;
  openWriter(place: ChosenPlace): Promise<TrialStore>;
  /** Lists objects there, and looks at their ACLs. */
  openWatched(place: ChosenPlace): Promise<WatchedStore>;
  /** The stack of the guard in the account. Throws `stack_no_credentials`, `stack_failed`. */
  openStack(name: string): Promise<Stack>;
  /** A trail of the account that records the calls there already. */
  findTrail(region: string): Promise<OwnTrail>;
  /** The guard as it is deployed. Throws `guard_not_deployed` as well. */
  openDeployed(stack: string): Promise<DeployedGuard>;
  /** Its notices of objects. Throws `guard_not_deployed` as well. */
  openNotices(stack: string): Promise<DeployedNotices>;
}

/** What the notices of the deployed guard are switched by. */
export type DeployedNotices = SwitchDeps & AsyncDisposable;

/** Opens what is kept in a state folder; makes it when it is missing. */
export type OpenLocalGuard = (stateFolder: string) => Promise<LocalGuard>;
