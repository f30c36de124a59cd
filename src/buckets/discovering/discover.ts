/** Which names of buckets follow from an organisation's names, whose they are, and how soon its own are found. */
import type { Observation } from '../../findings/index.ts';
import { observationOf, accountResource } from '../auditing/observations.ts';
import { accountServiceNames } from '../checks/names/account-service-names.ts';
import { nothingLookedUp, type NamedAccount, type ServiceName } from '../facts/bucket-facts.ts';
import type { ListedBucket } from '../facts/bucket-reader.ts';
import { known, unread, type Fact } from '../facts/fact.ts';
import { predictServiceNames } from '../facts/service-names.ts';
import { learnGrammar } from './grammar.ts';
import { guessesOf, type Guess } from './guesses.ts';
import type { LookedUp } from './look-up.ts';
import { rateName, type RatedName } from './name-risk.ts';
import { learnedNames } from './owner-names.ts';
import { takeApartFor } from './tokens.ts';

/** What is known before anything is asked anonymously. */
export interface Known {
  /** How the organisation is called in names of buckets. */
  readonly names: readonly string[];
  /** Of each account or store: what it is called, itself, and its buckets. */
  readonly accounts: readonly {
    readonly scope: string;
    readonly account: NamedAccount;
    readonly buckets: readonly ListedBucket[];
  }[];
  /** Regions beside those of the buckets. */
  readonly regions: readonly string[];
}

export interface DiscoverDeps {
  /** Names that are asked for, beside those of services. */
  readonly most: number;
  /** Guesses that are counted for the rating. */
  readonly counted: number;
  readonly year: number;
  readonly lookUp: (names: readonly string[]) => Promise<readonly LookedUp[]>;
}

/** `unknown`: it was not answered. */
export type Holder = 'ours' | 'others' | 'nobody' | 'unknown';

export interface DiscoveredName extends LookedUp {
  readonly holder: Holder;
  /** After how many tries somebody comes to it; `null`: it follows from account and Region. */
  readonly tries: number | null;
  /** The shape it was made by, or the service that would use it. */
  readonly by: string;
}

export interface Discovery {
  /** Words that the names of the organisation were made of. */
  readonly names: readonly string[];
  /** Shapes that the own names have, the most usual first. */
  readonly shapes: readonly { readonly shape: string; readonly names: number }[];
  readonly found: readonly DiscoveredName[];
  readonly own: readonly (RatedName & { readonly scope: string })[];
  /** By account: what came out of the names that services would take where its buckets lie. */
  readonly observations: readonly { readonly scope: string; readonly observation: Observation }[];
}

const MOST_SHAPES = 20;

export async function discover(facts: Known, { most, counted, year, lookUp }: DiscoverDeps): Promise<Discovery> {
  const buckets = facts.accounts.flatMap((each) => each.buckets);
  const own = new Set(buckets.map(({ name }) => name));
  const accounts = facts.accounts.flatMap(({ account }) => (account.accountId.known ? [account.accountId.value] : []));
  const regions = [...new Set([...buckets.flatMap(({ region }) => region ?? []), ...facts.regions])].toSorted();
  const said = { names: facts.names, accounts };
  const names = [...new Set([...facts.names, ...learnedNames([...own], said)])];
  const takeApart = takeApartFor({ names, accounts });
  const grammar = learnGrammar({ own: [...own], orgs: names, accounts, regions, year }, takeApart);
  const services = facts.accounts.map((each) => ({ ...each, predicted: predictedOf(each, regions, own) }));

  const guessed: Guess[] = [];
  const probabilities: number[] = [];
  for (const guess of guessesOf(grammar)) {
    if (guessed.length < most) guessed.push(guess);
    probabilities.push(guess.probability);
    if (probabilities.length >= Math.max(most, counted)) break;
  }
  const predicted = services.flatMap((each) => each.predicted);
  const asked = new Map<string, Pick<DiscoveredName, 'tries' | 'by'>>();
  for (const { name, service, region } of predicted) asked.set(name, { tries: null, by: `${service}, ${region}` });
  for (const [index, { name, shape }] of guessed.entries()) {
    if (!asked.has(name)) asked.set(name, { tries: index + 1, by: shape });
  }
  const found = (await lookUp([...asked.keys()])).map((looked): DiscoveredName => {
    return { ...looked, holder: holderOf(looked, own), tries: null, by: '', ...asked.get(looked.name) };
  });
  const byName = new Map(found.map((each) => [each.name, each]));
  return {
    names,
    shapes: grammar.learned.slice(0, MOST_SHAPES),
    found,
    own: facts.accounts.flatMap(({ scope, buckets: some }) =>
      some.map(({ name }) => ({ scope, ...rateName(name, grammar, takeApart, probabilities) })),
    ),
    observations: services.flatMap(({ scope, account, buckets: ours, predicted: all }) => {
      // Of the Regions that an audit looks at as well, which would close what was found in others.
      const some = all.filter(({ region }) => ours.some((bucket) => bucket.region === region));
      if (!account.accountId.known || some.length === 0) return [];
      const serviceNames = known(some.map((each): ServiceName => ({ ...each, holder: factOf(byName.get(each.name)) })));
      const whole = { ...account, ...nothingLookedUp, serviceNames };
      const judgement = accountServiceNames.judge(whole);
      const resource = accountResource(account.accountId.value, whole);
      return [{ scope, observation: observationOf(accountServiceNames, judgement, resource) }];
    }),
  };
}

function predictedOf({ account }: Known['accounts'][number], regions: readonly string[], own: ReadonlySet<string>) {
  return account.accountId.known ? predictServiceNames(account.accountId.value, regions, own) : [];
}

function holderOf({ name, exists }: LookedUp, own: ReadonlySet<string>): Holder {
  if (own.has(name)) return 'ours';
  if (exists === null) return 'unknown';
  return exists ? 'others' : 'nobody';
}

function factOf(found: DiscoveredName | undefined): Fact<'nobody' | 'us' | 'others'> {
  if (found === undefined || found.holder === 'unknown') return unread('failed', found?.answer ?? 'not asked');
  return known(found.holder === 'ours' ? 'us' : found.holder);
}
