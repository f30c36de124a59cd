import { resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import type { ApiClient, Command, CommandContext, ExitCode, Terminal } from '../../base/commands/command.ts';
import { commandErrors } from '../../base/commands/errors.ts';
import { count, formatBytes } from '../../base/text/quantities.ts';
import { visible } from '../../base/text/visible.ts';
import { checkLines, checksExitCode } from '../terminal/check-lines.ts';
import type { DoctorCheck, EntryFunctions } from '../entry-functions.ts';

export function storesCommands(entry: EntryFunctions): readonly Command[] {
  return [list, probe(entry), move, stay];
}

type StoreMove = {
  readonly to: string;
  readonly state: 'copying' | 'ready';
  readonly pass: number;
  readonly seen: number;
  readonly seenBytes: number;
  readonly total: { readonly objects: number; readonly bytes: number } | null;
  readonly damaged: number;
  readonly lastCode: string | null;
};

type Store = {
  readonly name: 'primary' | 'backup';
  readonly url: string;
  readonly checks: readonly DoctorCheck[];
  readonly operations: readonly {
    readonly operation: string;
    readonly calls: number;
    readonly failures: Readonly<Record<string, number>>;
    readonly bytes: number;
    readonly meanMs: number;
    readonly maxMs: number;
  }[];
  readonly move: StoreMove | null;
};

type Stores = { readonly stores: readonly Store[] };

const ROLES = {
  objects: { name: 'primary', variable: 'HOLDFAST_OBJECTS', title: 'Objects' },
  backup: { name: 'backup', variable: 'HOLDFAST_BACKUP', title: 'Second copies' },
} as const;
type Role = (typeof ROLES)[keyof typeof ROLES];

function roleOf(word: string | undefined): Role {
  if (word === 'objects' || word === 'primary') return ROLES.objects;
  if (word === 'backup') return ROLES.backup;
  throw commandErrors('usage_invalid', { detail: 'which store: “objects” or “backup”' });
}

/** A folder of the computer that the command runs on, or a URL as it is. */
function urlOf(place: string, workingFolder: string): string {
  return /^[a-z0-9]{2,}:/i.test(place) ? place : pathToFileURL(resolve(workingFolder, place)).href;
}

const list: Command = {
  path: ['admin', 'stores', 'list'],
  summary: 'Where objects and second copies lie, what those stores can do, and where they move',
  description: 'With how the stores have answered since the server was started, where they are no folders.',
  examples: [
    { run: 'holdfast admin stores list', does: 'In words' },
    { run: 'holdfast admin stores list --json', does: 'With every figure' },
    { run: 'holdfast admin stores move backup file:///mnt/disk/copies', does: 'To another place' },
  ],
  async run(context) {
    const found = await (await context.signedIn()).get<Stores>('/admin/stores');
    context.terminal.show(found, () => found.stores.flatMap((store) => storeLines(store, context.terminal)));
  },
};

function storeLines(store: Store, terminal: Terminal): string[] {
  const role = store.name === 'primary' ? ROLES.objects : ROLES.backup;
  const figures = terminal.table(
    [
      { title: 'Call' },
      { title: 'Times', align: 'right' },
      { title: 'Failed', align: 'right' },
      { title: 'Bytes', align: 'right' },
      { title: 'Mean', align: 'right' },
      { title: 'Longest', align: 'right' },
    ],
    store.operations.map(({ operation, calls, failures, bytes, meanMs, maxMs }) => [
      operation,
      String(calls),
      String(Object.values(failures).reduce((sum, each) => sum + each, 0)),
      formatBytes(bytes),
      `${Math.round(meanMs)} ms`,
      `${Math.round(maxMs)} ms`,
    ]),
  );
  return [
    terminal.styles.strong(`${role.title}  ${visible(store.url)}`),
    ...checkLines(store.checks, terminal).slice(0, -2),
    ...(store.operations.length > 0 ? figures : []),
    ...(store.move ? moveLines(role, store, store.move) : []),
    '',
  ];
}

const probe = (entry: EntryFunctions): Command => ({
  path: ['admin', 'stores', 'probe'],
  summary: 'Try out what a bucket or folder can do, before anything depends on it',
  description:
    'Runs here, with the credentials that this shell has, and needs no server. It writes under a name of its own inside of\nthe store and removes that again; no setting of the store is changed. Exit code 1 when a check failed.',
  usage: 'URL',
  arguments: [{ name: 'URL', about: 'As HOLDFAST_OBJECTS would name it, or a folder' }],
  examples: [
    { run: 'holdfast admin stores probe "s3://acme-holdfast/team?region=eu-central-1"', does: 'A bucket at Amazon' },
    {
      run: 'holdfast admin stores probe "s3://copies?endpoint=https://s3.example.net&region=us-east-1"',
      does: 'Another store that speaks S3',
    },
    { run: 'holdfast admin stores probe /mnt/disk/objects --json', does: 'A folder, for a script' },
  ],
  async run({ terminal, workingFolder, signal }, { args: [place = ''] }) {
    if (place === '') throw commandErrors('usage_invalid', { detail: 'a store is needed, as a URL or a folder' });
    const found = await entry.probeStore({ url: urlOf(place, workingFolder), signal });
    terminal.show(found, () => [visible(found.url), '', ...checkLines(found.checks, terminal)]);
    return checksExitCode(found.checks);
  },
});

const move: Command = {
  path: ['admin', 'stores', 'move'],
  summary: 'Move objects or second copies to another place while the server runs',
  description:
    'The server copies everything and verifies each object by its SHA-256, in the background and without any key; where both\nplaces lie in one S3 store the bytes stay there. This shows how far it is until all is there: Ctrl-C leaves it going, and\ncalling it again shows it again. Then restart the server with the new place: that start brings over what was stored\nlast, and uses the new place from then on. Until then the server uses the old one, and nothing of it is changed. With\nseveral servers, stop all of them before you start one with the new place.',
  usage: 'objects|backup URL',
  arguments: [
    { name: 'STORE', about: 'objects, or backup for the second copies' },
    { name: 'URL', about: 'Where to, as HOLDFAST_OBJECTS would name it; an empty folder of the server, or bucket' },
  ],
  examples: [
    {
      run: 'holdfast admin stores move objects "s3://acme-holdfast/team?region=eu-central-1"',
      does: 'From a folder into S3',
    },
    { run: 'holdfast admin stores move backup file:///mnt/other-disk/copies', does: 'To another disk of the server' },
    { run: 'holdfast admin stores move backup s3://copies --no-wait --password-file pw', does: 'From a script' },
  ],
  options: [
    { name: 'no-wait', about: 'Begin, and do not wait until it is ready' },
    { name: 'password-file', value: 'FILE', about: 'Read your password from a file; - is standard input' },
  ],
  async run(context, input) {
    const [word, url] = input.args;
    const role = roleOf(word);
    if (url === undefined || !/^[a-z0-9]{2,}:/i.test(url)) {
      throw commandErrors('usage_invalid', { detail: 'the new place is needed as a URL: s3://BUCKET, file:///FOLDER' });
    }
    const api = await context.signedIn();
    const password = await context.prompts.secretFrom(input.text('password-file'), 'Your password');
    const path = `/admin/stores/${role.name}/move`;
    const begun = await api.post<Stores>(path, { url, password }, { slow: true });
    const found = input.flag('no-wait') ? begun : await untilReady(context, api, role, begun);
    const store = found.stores.find(({ name }) => name === role.name);
    const moving = store?.move;
    if (!store || !moving) {
      throw commandErrors('usage_invalid', { detail: 'the move was called off meanwhile' });
    }
    context.terminal.show(store, () => moveLines(role, store, moving));
    return exitCodeOf(moving, input.flag('no-wait'));
  },
};

function exitCodeOf({ state, damaged }: StoreMove, isBegunOnly: boolean): ExitCode {
  if (damaged > 0) return 1;
  return state === 'ready' || isBegunOnly ? 0 : 3;
}

const LOOK_EVERY_MS = 500;
/** A line at most every so often where no bar can be drawn. */
const TOLD_EVERY_MS = 5000;

async function untilReady(context: CommandContext, api: ApiClient, role: Role, begun: Stores): Promise<Stores> {
  const { terminal, clock, signal } = context;
  const moving = ({ stores }: Stores) => stores.find(({ name }) => name === role.name)?.move ?? null;
  let found = begun;
  let progress: ReturnType<Terminal['progress']> | null = null;
  let [shownBytes, shownFiles, toldMs] = [0, 0, clock()];
  try {
    for (let at = moving(found); at?.state === 'copying'; at = moving(found)) {
      if (at.total && at.pass === 1) {
        const task = { verb: 'Moving', totalBytes: at.total.bytes, totalFiles: at.total.objects };
        progress ??= terminal.progress(task);
        progress.bytes(at.seenBytes - shownBytes);
        for (; shownFiles < at.seen; shownFiles += 1) progress.file('');
        shownBytes = at.seenBytes;
      }
      if (at.lastCode !== null && clock() - toldMs > TOLD_EVERY_MS) {
        toldMs = clock();
        terminal.note(`It could not go on: ${visible(at.lastCode)} (docs/errors.md). The server tries again.`);
      }
      await delay(LOOK_EVERY_MS, undefined, { signal });
      found = await api.get<Stores>('/admin/stores');
    }
  } catch (error) {
    if (signal.aborted) terminal.warn('The server goes on moving; `holdfast admin stores list` tells how far it is.');
    throw error;
  } finally {
    progress?.[Symbol.dispose]();
  }
  return found;
}

function moveLines(role: Role, { url }: Store, { to, state, seen, seenBytes, total, damaged, lastCode }: StoreMove) {
  const bad =
    damaged === 0
      ? []
      : [
          `${count(damaged, 'object')} could not be brought over: no store has a good copy. See holdfast backup status.`,
        ];
  if (state === 'copying') {
    const all = total === null ? '' : ` of ${count(total.objects, 'object')} (${formatBytes(total.bytes)})`;
    return [
      `Moving to ${visible(to)}: ${count(seen, 'object')} (${formatBytes(seenBytes)})${all} looked at.`,
      ...(lastCode === null ? [] : [`The last attempt failed with ${visible(lastCode)} (docs/errors.md); it goes on.`]),
      ...bad,
    ];
  }
  return [
    `Everything lies in ${visible(to)} too, verified object by object.`,
    ...bad,
    `Now stop the server, set ${role.variable}="${visible(to)}", and start it: from then on it uses the new place.`,
    `Until then it uses ${visible(url)}; what is stored meanwhile is brought over, the last of it by that start.`,
  ];
}

const stay: Command = {
  path: ['admin', 'stores', 'stay'],
  summary: 'Call a move of objects or second copies off',
  description: 'The store stays where it is. What was copied stays in the new place; a later move there takes it up.',
  usage: 'objects|backup',
  arguments: [{ name: 'STORE', about: 'objects, or backup for the second copies' }],
  examples: [
    { run: 'holdfast admin stores stay objects', does: 'The objects stay where they are' },
    { run: 'holdfast admin stores stay backup --json', does: 'For a script' },
    { run: 'holdfast admin stores list', does: 'Is there a move?' },
  ],
  async run(context, { args: [word] }) {
    const role = roleOf(word);
    const { stores } = await (await context.signedIn()).delete<Stores>(`/admin/stores/${role.name}/move`);
    const store = stores.find(({ name }) => name === role.name);
    context.terminal.show(store, () => [`${role.title} stay at ${visible(store?.url ?? '')}`]);
  },
};
