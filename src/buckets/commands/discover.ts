import type { Command, CommandContext, CommandInput } from '../../base/commands/command.ts';
import { wholeNumber } from '../../base/commands/command.ts';
import { commandErrors } from '../../base/commands/errors.ts';
import { count, formatDuration } from '../../base/text/quantities.ts';
import { exitCodeOf, failOnFrom, failOnOptions, reportToServer } from '../../findings/commands.ts';
import { knownFindingsIn } from '../auditing/known-findings.ts';
import { recordAudit, runOf } from '../auditing/record.ts';
import { isDecided } from '../auditing/report.ts';
import { accountServiceNames } from '../checks/names/account-service-names.ts';
import { discover, type Discovery, type Known } from '../discovering/discover.ts';
import { lookUpNames } from '../discovering/look-up.ts';
import { ownerNames } from '../discovering/owner-names.ts';
import { addressStyles } from '../exposure/anonymous-url.ts';
import type { ListedBucket } from '../facts/bucket-reader.ts';
import { eachAtOnce } from '../facts/gather.ts';
import { discoveryLines } from './discovery-lines.ts';
import type { LocalGuard, OpenLocalGuard } from './guard.ts';
import { placeOptions, placesFrom, stateFolderFrom, type ChosenPlace } from './where.ts';

const MOST_NAMED = 20;

export const discoverCommand = (openLocal: OpenLocalGuard): Command => ({
  path: ['buckets', 'discover'],
  summary: 'Which names of buckets strangers would guess, whose they are, and which of them are open',
  description:
    'Learns from your own list of buckets how their names are built, predicts others, and asks for them as a stranger does:\nunsigned, no faster than a setting allows, HEAD and at most a list of one key. It writes nothing and reads no object. Give\nonly names and domains of your own organisation.',
  examples: [
    {
      run: 'holdfast buckets discover --name "Acme Corp" --domain acme.example',
      does: 'For the account of your AWS configuration',
    },
    {
      run: 'holdfast buckets discover --name acme --region eu-west-1 --most 5000',
      does: 'Longer, and in a Region where you have no bucket yet',
    },
    {
      run: 'holdfast buckets discover --endpoint https://s3.example.org --name acme --json',
      does: 'At another store, for a script',
    },
  ],
  options: [
    { name: 'name', value: 'NAME', many: true, about: 'How your organisation, a brand or a product of it is called' },
    { name: 'domain', value: 'DOMAIN', many: true, about: 'A domain of yours' },
    { name: 'region', value: 'REGION', many: true, about: 'Also names that services would take there' },
    { name: 'most', value: 'N', about: 'Ask for so many guesses; default 1,000 (HOLDFAST_BUCKETS_DISCOVERED)' },
    { name: 'style', value: 'STYLE', about: 'How a bucket is addressed: path (default) or virtual-host' },
    ...failOnOptions(),
    ...placeOptions,
  ],
  async run(context, input) {
    const names = ownerNames(namesFrom(input, 'name'), namesFrom(input, 'domain'));
    const regions = regionsFrom(input);
    const style = addressStyles.find((each) => each === (input.text('style') ?? 'path'));
    if (style === undefined)
      throw commandErrors('usage_invalid', { detail: `--style is one of ${addressStyles.join(', ')}` });
    const failOn = failOnFrom(input);
    const places = placesFrom(input);
    await using guard = await openLocal(stateFolderFrom(context, input));
    const { settings } = guard;
    const most = wholeNumber(input.text('most') ?? String(settings.bucketsDiscovered), {
      option: 'most',
      min: 1,
      max: 100_000,
    });
    const before = context.clock();
    const accounts: Known['accounts'][number][] = [];
    for (const place of places) accounts.push(await listed(context, guard, place));
    const { endpoint, ask } = guard.probing(
      { endpoint: places[0]?.endpoint ?? null },
      settings.bucketsDiscoverPerSecond,
    );
    const partition = accounts[0]?.account.partition ?? 'aws';
    const discovery = await discover(
      { names, accounts, regions },
      {
        most,
        counted: settings.bucketsGuesses,
        year: new Date(before).getUTCFullYear(),
        async lookUp(asked) {
          const tookMs = (asked.length / settings.bucketsDiscoverPerSecond) * 1000;
          context.terminal.note(`Asking for ${count(asked.length, 'name')}, at least ${formatDuration(tookMs)}`);
          using progress = context.terminal.progress({
            verb: 'Asking for buckets',
            totalBytes: 0,
            totalFiles: asked.length,
          });
          const deps = { ask, settings, atOnce: settings.bucketsAtOnce, signal: context.signal };
          return await lookUpNames(
            asked,
            { endpoint, partition, style },
            { ...deps, onName: (name) => progress.file(name) },
          );
        },
      },
    );
    const open = await recorded(context, guard, discovery);
    context.terminal.show(discovery, () => discoveryLines(context.terminal, discovery, context.clock() - before));
    return exitCodeOf(open, failOn);
  },
});

/** Everything before anything is asked anonymously. Throws `buckets_unlisted`, `buckets_no_credentials`. */
async function listed(
  { signal }: CommandContext,
  guard: LocalGuard,
  place: ChosenPlace,
): Promise<Known['accounts'][number]> {
  await using reader = await guard.openReader(place);
  const account = await reader.account(signal);
  const buckets: ListedBucket[] = [];
  const placed = async (bucket: ListedBucket): Promise<ListedBucket> => {
    // A store that is no part of AWS has no names that follow from Regions.
    if (bucket.region !== null || reader.place.provider === null) return bucket;
    const region = await reader.region(bucket.name, signal);
    return { ...bucket, region: region.known ? region.value : null };
  };
  for await (const each of eachAtOnce(reader.list(signal), guard.settings.bucketsAtOnce, placed)) buckets.push(each);
  return { scope: reader.place.scope, account, buckets };
}

/** Hands over what is a finding. Resolves with those that nobody decided to live with. */
async function recorded(context: CommandContext, guard: LocalGuard, { observations }: Discovery) {
  const known = await knownFindingsIn(guard.findings);
  for (const { scope, observation } of observations) {
    const checks = [accountServiceNames.id];
    const audit = { scope, checks, complete: true, accountObservations: [observation], buckets: [] };
    const run = { audit, known: new Set(known.keys()) };
    await recordAudit(run, guard.sink);
    await reportToServer(context, runOf(run));
  }
  return observations.map(({ observation }) => observation).filter((each) => !isDecided(each, known));
}

function namesFrom(input: CommandInput, option: 'name' | 'domain'): readonly string[] {
  const given = input.list(option);
  const isUsable = (text: string) => text.length <= 100 && /[a-z0-9]{2}/i.test(text);
  if (given.length <= MOST_NAMED && given.every(isUsable)) return given;
  throw commandErrors('usage_invalid', {
    detail: `--${option} takes letters and digits, at most 100, and stands at most ${MOST_NAMED} times`,
  });
}

function regionsFrom(input: CommandInput): readonly string[] {
  const given = input.list('region');
  if (given.length <= 50 && given.every((region) => /^[a-z]{2}(-[a-z]+)+-\d$/.test(region))) return given;
  throw commandErrors('usage_invalid', { detail: '--region takes a Region, at most 50 times: eu-central-1' });
}
