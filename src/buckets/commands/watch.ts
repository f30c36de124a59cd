import { setTimeout as wait } from 'node:timers/promises';
import { type Command, type CommandContext, type CommandInput, wholeNumber } from '../../base/commands/command.ts';
import { commandErrors } from '../../base/commands/errors.ts';
import { timestamp } from '../../base/clock.ts';
import { HoldfastError } from '../../base/errors.ts';
import { count, formatDuration } from '../../base/text/quantities.ts';
import { visible, visibleJson } from '../../base/text/visible.ts';
import type { NoticeLetter } from '../notices/rows.ts';
import { readOwners, type Owners } from '../notices/sending/owner.ts';
import { ACCOUNT_OWNER } from '../notices/take.ts';
import { placeOf, type Place } from '../notices/switching/switch.ts';
import { openAccess } from '../watching/bucket-access.ts';
import { openWatchJournal } from '../watching/journal.ts';
import { watchBuckets, type ReadyPlace } from '../watching/watch.ts';
import { everyBucket, namedPlaces } from '../watching/watchlist.ts';
import { subjectOf, textOf } from '../notices/events/words.ts';
import { noticeOf } from '../notices/sending/workspace-notice.ts';
import type { BucketsSettings } from '../settings.ts';
import type { OpenLocalGuard } from './guard.ts';
import { ownersFileOption, ownersFrom } from './owners.ts';
import { type ChosenPlace, placeOptions, placesFrom, stateFolderFrom } from './where.ts';

const EVERY = { option: 'every', min: 5, max: 86_400 };
const MOST_OWNERS = { characters: 100_000, why: 'are read' };

export const watchCommand = (openLocal: OpenLocalGuard): Command => ({
  path: ['buckets', 'watch'],
  summary: 'Watch the objects in buckets, and tell what is created, overwritten, deleted or opened',
  description:
    'For stores that send no events: it lists the buckets again and again and compares, until it is stopped (Ctrl-C), and goes on\nfrom there when it is started again. Each list costs a request for a thousand objects; ACLs are looked at in turn, one request\neach. Who wrote is told where the store names owners, who deleted where the bucket keeps versions. What came and went between\ntwo lists is not seen; on AWS, buckets notices tells more. Logged in as an admin, it also goes into the feed of the server,\nand to the owner of the bucket: whom its tag owner names, else --owners, else --email.',
  examples: [
    { run: 'holdfast buckets watch plans --endpoint https://s3.example.org', does: 'A bucket of a store of yours' },
    {
      run: 'holdfast buckets watch plans/2026/ photos --every 300',
      does: 'A part of one and all of another, less often',
    },
    {
      run: 'holdfast buckets watch --endpoint https://s3.example.org',
      does: 'All buckets, and those that will be made',
    },
    { run: 'holdfast buckets watch plans --json', does: 'One JSON object a line, for a program' },
  ],
  arguments: [
    {
      name: 'BUCKET',
      about: 'Buckets, or BUCKET/PREFIX for a part of one; none: every bucket',
      many: true,
      optional: true,
    },
  ],
  options: [
    { name: 'every', value: 'SECONDS', about: 'How often it looks (default 60)' },
    { name: 'email', value: 'ADDRESS', about: 'Who owns what is nobody’s; tags may name addresses of its domain' },
    { name: 'owners', value: 'LIST', about: 'Who owners are: NAME=ADDRESS,... or bucket:NAME=ADDRESS,...' },
    ownersFileOption,
    ...placeOptions,
  ],
  async run(context, input) {
    const everyMs = wholeNumber(input.text('every') ?? '60', EVERY) * 1000;
    const { places, chosen } = watchedFrom(input.args, input);
    const owners = await readOwnersFrom(context, input);
    await using guard = await openLocal(stateFolderFrom(context, input));
    await using store = await guard.openWatched(chosen);
    await using reader = await guard.openReader(chosen);
    const { terminal, clock, signal } = context;
    const { settings, files } = guard;
    const { scope } = reader.place;
    const every = everyBucket({
      reader,
      names: () => files.watchedNames(scope),
      keepNames: (names) => files.keepWatchedNames(scope, names),
    });
    const letters = watchBuckets(places.length > 0 ? namedPlaces(places) : every, {
      ...{ store, settings, clock, signal, owners },
      access: openAccess({ reader, endpoint: chosen.endpoint, clock }),
      openJournal: ({ bucket, prefix }, objects) => openWatchJournal(files.watchPath(scope, bucket, prefix), objects),
      wait: () => wait(everyMs, undefined, { signal }),
      onTrouble: (error) => terminal.warn(error.message),
      onNote: (line) => terminal.note(visible(line)),
      onReady(ready) {
        if (places.length === 0) terminal.note(allWords(ready, everyMs));
        else for (const place of ready) terminal.note(visible(readyWords(place, everyMs)));
      },
    });
    await terminal.write(told(context, letters, { settings, owners }));
    return 0;
  },
});

/** What a command line says is to be watched. Throws `usage_invalid`. */
export function watchedFrom(words: readonly string[], input: CommandInput): Watched {
  const places = words.map((text) => {
    const place = placeOf(text);
    if (place !== null) return place;
    throw commandErrors('usage_invalid', { detail: `“${text}” is no bucket` });
  });
  const [chosen, ...others] = placesFrom(input);
  if (chosen !== undefined && others.length === 0) return { places, chosen };
  throw commandErrors('usage_invalid', { detail: 'one --role at a time is watched' });
}

interface Watched {
  readonly places: readonly Place[];
  readonly chosen: ChosenPlace;
}

/** What is seen from here on, how soon, and what is not. */
function readyWords({ place, objects, acls, asked, sinceMs }: ReadyPlace, everyMs: number): string {
  const name = `${place.bucket}${place.prefix === '' ? '' : `/${place.prefix}`}`;
  const since = sinceMs === null ? '' : ` Changes since the last look at ${timestamp(sinceMs)} are told.`;
  const lists = `Watching ${count(objects, 'object')} of ${name}, listed every ${formatDuration(everyMs)}.${since}`;
  return `${lists} ${acls === 'read' ? `${againWords(objects, asked, everyMs)} ` : ''}${NO_ADDRESS}`;
}

const NO_ADDRESS = 'From which address something was done, this store does not tell.';

/** The same of every bucket there is. */
function allWords(ready: readonly ReadyPlace[], everyMs: number): string {
  const objects = ready.reduce((sum, each) => sum + each.objects, 0);
  const withAcls = ready.filter(({ acls }) => acls === 'read');
  const largest = Math.max(0, ...withAcls.map((each) => each.objects));
  const [asked = 0] = ready.map((each) => each.asked);
  const again = withAcls.length === 0 ? '' : `${againWords(largest, asked, everyMs)} `;
  const lists = `Watching ${count(objects, 'object')} of ${count(ready.length, 'bucket')}, listed every ${formatDuration(everyMs)}, and those that will be made.`;
  return `${lists} ${again}${NO_ADDRESS}`;
}

function againWords(objects: number, asked: number, everyMs: number): string {
  if (asked === 0) return 'ACLs of objects are not looked at (HOLDFAST_OBJECTS_ASKED_A_ROUND).';
  const rounds = Math.max(1, Math.ceil(objects / asked));
  return `The ACL of each object is looked at again within ${formatDuration(rounds * everyMs)}.`;
}

async function* told(
  context: CommandContext,
  letters: AsyncIterable<NoticeLetter>,
  { settings, owners }: { readonly settings: BucketsSettings; readonly owners: Owners },
): AsyncGenerator<Buffer> {
  for await (const letter of letters) {
    const { id, digest, bursts, atMs } = letter;
    const owner = letter.owner === ACCOUNT_OWNER ? owners.accountEmail || null : letter.owner;
    const line = { id, time: timestamp(atMs), owner, subject: subjectOf(letter, settings), ...digest, bursts };
    const text = `${owner === null ? '' : `${visible(`Owner: ${owner}`)}\n`}${textOf(letter, settings)}\n\n`;
    yield Buffer.from(context.terminal.json ? `${visibleJson(line)}\n` : text);
    await tellServer(context, { ...noticeOf(letter, settings), ...(owner === null ? {} : { owner }) });
  }
}

/** Throws `usage_invalid`. */
async function readOwnersFrom(context: CommandContext, input: CommandInput): Promise<Owners> {
  const email = input.text('email') ?? '';
  if (!/^([^@\s]+@[^@\s]+)?$/.test(email)) {
    throw commandErrors('usage_invalid', { detail: '--email takes an address of mail' });
  }
  const text = (await ownersFrom(context, input, MOST_OWNERS)) ?? '';
  try {
    return readOwners(text, email);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw commandErrors('usage_invalid', { detail: `--owners: ${error.message}` });
  }
}

/** That the server does not take it is said and is no failure: it was told here. */
async function tellServer(context: CommandContext, notice: object): Promise<void> {
  const url = await context.chosenServer();
  if (url === undefined) return;
  try {
    const api = await context.signedIn();
    await api.post('/buckets/notices', { notices: [notice] });
  } catch (error) {
    if (!(error instanceof HoldfastError)) throw error;
    context.terminal.warn(`Not told to ${url}: ${error.title}.`);
  }
}
