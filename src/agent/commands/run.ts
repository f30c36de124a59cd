import { resolve } from 'node:path';
import type { CommandContext, CommandInput } from '../../base/commands/command.ts';
import { commandErrors } from '../../base/commands/errors.ts';
import { hasCode } from '../../base/errors.ts';
import { visible } from '../../base/text/visible.ts';
import { watchedFrom } from '../../buckets/commands.ts';
import { checksFrom, needLinux } from '../../host/commands.ts';
import { ringFrom } from '../../base/commands/ring-option.ts';
import { fleetServer, MOST_REPLY_BYTES } from '../fleet-server.ts';
import type { HostPart } from '../kept.ts';
import type { BucketsChoice } from '../buckets.ts';
import type { NetworkChoice } from '../network.ts';
import type { ScanJob } from '../scan-worker.ts';
import { startAgent } from '../start.ts';
import type { AgentGround } from './ground.ts';

/** Until it is stopped. */
export async function runHere(
  context: CommandContext,
  input: CommandInput,
  stateFolder: string,
  ground: AgentGround,
): Promise<void> {
  needLinux();
  const { terminal, clock, signal } = context;
  const { hostSettings: settings, host } = ground;
  const wanted = partsFrom(input.list('with'));
  const job: ScanJob = { stateFolder, settings, ...chosenChecks(context, input) };
  await using _held = await ground.hold();
  const kept = await ground.files.identity();
  const isEnrolled = kept !== null && kept.hostId === host.hostId && kept.ended === null;
  await startAgent({
    ...ground,
    openServer: (url, token) => fleetServer(context.connect(url, { token, maxReplyBytes: MOST_REPLY_BYTES })),
    server: input.text('server') === undefined && kept ? null : await serverFrom(context),
    with: wanted,
    enrolmentToken: await tokenFrom(context, input.text('token-file'), isEnrolled),
    scan: (own) => ground.scan(job, own),
    stateFolder,
    choice: bucketsFrom(input, wanted ?? kept?.with ?? []),
    networkChoice: networkFrom(context, input, wanted ?? kept?.with ?? []),
    ...{ clock, signal, say: (line) => terminal.note(visible(line)) },
  });
}

function bucketsFrom(input: CommandInput, parts: readonly string[]): BucketsChoice {
  const watched = input.list('buckets');
  const [endpoint, role] = [input.text('endpoint'), input.text('role')];
  const isNamed = watched.length > 0 || endpoint !== undefined || role !== undefined;
  // What cannot be watched is told now, and not by each process that would watch it.
  watchedFrom(watched, input);
  if (isNamed && !parts.includes('buckets')) {
    throw commandErrors('usage_invalid', { detail: '--buckets, --endpoint and --role need --with host,buckets' });
  }
  const options = Object.entries({ endpoint, role }).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, [value]] as const],
  );
  return { watched, options: Object.fromEntries(options) };
}

function networkFrom(
  { workingFolder }: CommandContext,
  input: CommandInput,
  parts: readonly string[],
): NetworkChoice | null {
  const [device, filter, ring] = [input.text('interface'), input.text('filter'), ringFrom(input, workingFolder)];
  if (!parts.includes('network')) {
    if (device === undefined && filter === undefined && ring === null) return null;
    throw commandErrors('usage_invalid', { detail: '--interface, --filter and --ring need --with host,network' });
  }
  return { interface: device ?? 'any', filter: filter ?? null, ring };
}

async function serverFrom(context: CommandContext): Promise<string | null> {
  const named = await context.chosenServer();
  return named === undefined ? null : context.connect(named).url;
}

/** Of what a host may report, what this agent looks at. */
const hostParts = ['host', 'buckets', 'network'] as const satisfies readonly HostPart[];

function partsFrom(texts: readonly string[]): readonly HostPart[] | null {
  if (texts.length === 0) return null;
  const words = new Set(texts.flatMap((text) => text.split(',')).map((word) => word.trim()));
  const parts = hostParts.filter((part) => words.has(part));
  if (parts.length === words.size && words.has('host')) return parts;
  throw commandErrors('usage_invalid', {
    detail: '--with takes host, and buckets and network beside it: host,network',
  });
}

function chosenChecks(context: CommandContext, input: CommandInput): Pick<ScanJob, 'checks' | 'ownFolders'> {
  const ownFolders = input.list('checks').map((folder) => resolve(context.workingFolder, folder));
  const ids = checksFrom(context, input).map(({ header }) => header.id);
  const isAll = ['check', 'skip'].every((option) => input.list(option).length === 0) && !input.text('severity');
  // By name only where somebody chose: what a later release looks at as well is looked at.
  return { checks: isAll ? null : ids, ownFolders };
}

const ENROLMENT_TOKEN = /^hfe_[A-Za-z0-9_.-]{16,512}$/;

/** A host that is enrolled needs none: its file may be gone by now. */
async function tokenFrom(
  { prompts }: CommandContext,
  file: string | undefined,
  isEnrolled: boolean,
): Promise<string | null> {
  if (file === undefined || (isEnrolled && file === '-')) return null;
  let token: string;
  try {
    token = (await prompts.secretFrom(file, 'Token', 'token-file')).trim();
  } catch (error) {
    if (isEnrolled && hasCode(error, 'secret_file_unusable')) return null;
    throw error;
  }
  if (ENROLMENT_TOKEN.test(token)) return token;
  const detail = '--token-file holds no token that enrols a host (hfe_…)';
  throw commandErrors('usage_invalid', { detail, remedy: 'Have an admin make one: holdfast host enrol' });
}
