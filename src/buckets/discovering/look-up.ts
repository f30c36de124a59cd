/**
 * Asks for buckets by name as a stranger does: unsigned, HEAD, and where that gets in a list of one key, of which nothing
 * is kept. Nothing is written, and no object is read.
 */
import { bucketErrors } from '../errors.ts';
import type { AnonymousAnswer, AskAnonymously } from '../exposure/anonymous-client.ts';
import { REDIRECTS, regionIn, styled, type AddressStyle } from '../exposure/anonymous-url.ts';
import { awsEndpoint } from '../exposure/proof/proving-request.ts';
import { eachAtOnce } from '../facts/gather.ts';
import { openPace, type PaceSettings } from '../facts/pace.ts';

export interface StrangersPlace {
  /** `null`: AWS. */
  readonly endpoint: string | null;
  readonly partition: string;
  readonly style: AddressStyle;
}

export interface LookedUp {
  readonly name: string;
  /** `null`: nobody can say. */
  readonly exists: boolean | null;
  /** Strangers are shown the names of its objects; `null`: nobody can say. */
  readonly isListed: boolean | null;
  /** As far as an answer names it. */
  readonly region: string | null;
  /** What was answered, for people. */
  readonly answer: string;
}

export interface LookUpDeps {
  readonly ask: AskAnonymously;
  readonly settings: PaceSettings;
  readonly atOnce: number;
  readonly signal: AbortSignal;
  readonly onName?: (name: string) => void;
}

/** If none of so many is answered, no other will be. */
const UNANSWERED = 16;

/** In the order of `names`. Throws `buckets_unanswered`, and what `signal` is aborted with: then there is no result. */
export async function lookUpNames(
  names: readonly string[],
  place: StrangersPlace,
  { ask, settings, atOnce, signal, onName }: LookUpDeps,
): Promise<readonly LookedUp[]> {
  const pace = openPace(settings);
  const patiently: AskAnonymously = async (request) =>
    await pace.run(
      async () => {
        const answer = await ask(request, signal);
        if (answer.status === 503 || answer.status === 429) throw new SlowDown(answer);
        return answer;
      },
      (error) => (error instanceof SlowDown ? 'slow_down' : 'final'),
      signal,
    );
  const found = new Map<string, LookedUp>();
  let answered = 0;
  const lookedUp = eachAtOnce(names, atOnce, (name) => lookUp(name, place, patiently, signal));
  for await (const each of lookedUp) {
    found.set(each.name, each);
    onName?.(each.name);
    if (each.exists !== null) answered += 1;
    if (answered > 0 || found.size < Math.min(UNANSWERED, names.length)) continue;
    throw bucketErrors('buckets_unanswered', { attempted: `Ask for ${found.size} buckets`, detail: each.answer });
  }
  return names.flatMap((name) => found.get(name) ?? []);
}

class SlowDown extends Error {
  readonly answer: AnonymousAnswer;
  constructor(answer: AnonymousAnswer) {
    super('it asks to slow down');
    this.answer = answer;
  }
}

async function lookUp(
  name: string,
  place: StrangersPlace,
  ask: AskAnonymously,
  signal: AbortSignal,
): Promise<LookedUp> {
  const nothing = { name, exists: null, isListed: null, region: null };
  try {
    const { answer, region } = await asked('HEAD', '', name, place, ask, signal);
    const { status } = answer;
    const seen = { ...nothing, region, answer: `HEAD ${status}` };
    if (status === 404) return { ...seen, exists: false, isListed: false, region: null };
    if (status === 401 || status === 403) return { ...seen, exists: true, isListed: false };
    // It is there, and says where no stranger can follow.
    if (status === 301 || status === 307 || status === 308) return { ...seen, exists: true };
    if (status !== 200) return seen;
    const list = await asked('GET', '?list-type=2&max-keys=1', name, { ...place, region }, ask, signal);
    const isListed = list.answer.status === 200 && list.answer.body.includes('<ListBucketResult');
    return { ...seen, exists: true, isListed, answer: `HEAD 200, list ${list.answer.status}` };
  } catch (error) {
    signal.throwIfAborted();
    return { ...nothing, answer: error instanceof Error ? error.message : String(error) };
  }
}

/** Goes on to the Region that AWS names, at most {@link REDIRECTS} times. */
async function asked(
  method: 'HEAD' | 'GET',
  query: string,
  name: string,
  { endpoint, partition, style, region: known = null }: StrangersPlace & { readonly region?: string | null },
  ask: AskAnonymously,
  signal: AbortSignal,
): Promise<{ readonly answer: AnonymousAnswer; readonly region: string | null }> {
  let region = known;
  for (let turn = 0; ; turn += 1) {
    const url = styled(new URL(`${endpoint ?? awsEndpoint(region, partition)}/${name}${query}`), name, style);
    const answer = await ask({ method, url, headers: {} }, signal);
    const named = answer.headers['x-amz-bucket-region'];
    const elsewhere = regionIn(answer);
    if (elsewhere === null || elsewhere === region || endpoint !== null || turn >= REDIRECTS) {
      return { answer, region: typeof named === 'string' ? named.slice(0, 40) : region };
    }
    region = elsewhere;
  }
}
