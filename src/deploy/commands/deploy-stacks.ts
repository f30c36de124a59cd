/** All stacks of one deployment, planned or made: those beside the workspace first, since it takes something of each. */
import { deployStack, type PlannedChange, type Stack, type StackState } from '../../stacks/index.ts';
import type { Architecture, WorkspaceArchive } from '../archive/workspace-archive.ts';
import { deployCopies } from './copies-stack.ts';
import type { DeployedBeside, GuardParts, Way } from './deployment.ts';
import { deployGuard } from './guard-stack.ts';
import { PARAMETERS } from './parameters.ts';

const FROM_GUARD = ['GuardQueue', 'GuardQueueArn', 'GuardKeyArn'];

/** What is wanted. */
export interface Wanted {
  readonly name: string;
  readonly stack: Stack;
  /** By parameter of the template. */
  readonly given: Readonly<Record<string, string>>;
  readonly archive: WorkspaceArchive;
  readonly codeBucket: string;
  readonly instance: { readonly type: string; readonly architecture: Architecture; readonly image: string };
  /** Where a bucket for second copies is made; `null`: in none beside. */
  readonly copiesRegion: string | null;
  /** `null`: without one, or with the one that it has. */
  readonly guard: { readonly name: string; readonly email: string | undefined; readonly guardParts: GuardParts } | null;
}

export interface DeployedStacks {
  readonly beside: readonly DeployedBeside[];
  readonly changes: readonly PlannedChange[];
  /** The changes as a table. */
  readonly lines: readonly string[];
  /** `null`: nothing was changed. */
  readonly state: StackState | null;
}

/** Throws `deploy_guard_missing`, `guard_not_built`, `stack_failed`, `stack_code_bucket`. */
export async function deployStacks(way: Way, wanted: Wanted): Promise<DeployedStacks> {
  const { name, stack, given, archive, codeBucket, instance, copiesRegion, guard } = wanted;
  const beside: DeployedBeside[] = [];
  if (copiesRegion !== null) {
    const { LockDays = null, ArchiveAfterDays = null } = given;
    const copies = { template: archive.copiesTemplate, parameters: { LockDays, ArchiveAfterDays } };
    beside.push(await deployCopies(way, { workspace: name, home: stack.region, region: copiesRegion, ...copies }));
  }
  if (guard !== null) beside.push(await deployGuard(way, guard));
  const stays = Object.fromEntries(
    [...PARAMETERS.map((each) => each.parameter), ...FROM_GUARD].map((each) => [each, null]),
  );
  const deployed = await deployStack(way.context, stack, {
    template: archive.template,
    parameters: {
      ...{ ...stays, ...given, ...Object.assign({}, ...beside.map((each) => each.parameters)) },
      ...{ InstanceType: instance.type, Architecture: instance.architecture, ImageId: instance.image },
      ...{ CodeBucket: codeBucket, CodeKey: archive.key, CodeSha256: archive.sha256 },
    },
    files: [{ key: archive.key, bytes: archive.bytes, type: 'application/gzip' }],
    ...{ bucket: codeBucket, applies: way.applies, isShown: true, pause: way.pause },
  });
  return { beside, ...deployed };
}
