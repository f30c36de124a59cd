import type { Command, CommandContext, CommandInput } from '../../base/commands/command.ts';
import { commandErrors } from '../../base/commands/errors.ts';
import { count } from '../../base/text/quantities.ts';
import { visible } from '../../base/text/visible.ts';
import { listWanted, placeOf, switchOff, switchOn, type Place, type Switched } from '../notices/switching/switch.ts';
import { stackFrom, STACK } from './deploy.ts';
import type { OpenLocalGuard } from './guard.ts';
import { stateFolderFrom } from './where.ts';

const options = [
  { name: 'stack', value: 'NAME', about: `Name of the stack (default ${STACK})` },
  { name: 'state', value: 'DIR', about: 'The state folder' },
];

const on = (openLocal: OpenLocalGuard): Command => ({
  path: ['buckets', 'notices', 'on'],
  summary: 'Tell the owner of a bucket what happens to its objects',
  description:
    'Needs the guard in the account (buckets deploy). Objects that are created, overwritten, deleted or get another ACL are\ntold by mail to whom the tag owner of the bucket names, at most once a minute (docs/guard.md). S3 is asked to send the\nevents of the bucket to EventBridge; its other notifications stay as they are.',
  examples: [
    { run: 'holdfast buckets notices on plans', does: 'All objects of a bucket' },
    { run: 'holdfast buckets notices on plans/contracts/', does: 'Those whose keys begin so' },
    { run: 'AWS_REGION=eu-central-1 holdfast buckets notices on plans', does: 'By the guard of another Region' },
  ],
  arguments: [{ name: 'BUCKET', about: 'A bucket, or BUCKET/PREFIX for a part of it' }],
  options,
  run: (context, input) =>
    switching(context, input, openLocal, async (place, deps) => {
      const done = await switchOn(place, deps);
      const told = done.prefixes.map((prefix) => `${done.bucket}/${prefix}`).join(', ');
      const added =
        done.eventBridge === 'added'
          ? `The events of ${done.bucket} go to EventBridge from now on; S3 takes up to five minutes to begin.`
          : `The events of ${done.bucket} went to EventBridge already.`;
      return { done, lines: [`Told of: ${told}`, added, othersOf(done)] };
    }),
});

const off = (openLocal: OpenLocalGuard): Command => ({
  path: ['buckets', 'notices', 'off'],
  summary: 'Tell no more of the objects of a bucket',
  description:
    'With a prefix, what was switched on with just that prefix; without, all of the bucket. When nothing is left to be told,\nits events go to EventBridge no more, unless they did before the notices were switched on.',
  examples: [
    { run: 'holdfast buckets notices off plans', does: 'Nothing of this bucket' },
    { run: 'holdfast buckets notices off plans/contracts/', does: 'No more of this part' },
    { run: 'holdfast buckets notices off plans --json', does: 'For a script' },
  ],
  arguments: [{ name: 'BUCKET', about: 'A bucket, or BUCKET/PREFIX as it was switched on' }],
  options,
  run: (context, input) =>
    switching(context, input, openLocal, async (place, deps) => {
      const done = await switchOff(place, deps);
      const still = done.prefixes.map((prefix) => `${done.bucket}/${prefix}`).join(', ');
      if (done.eventBridge === 'gone') return { done, lines: [`There is no bucket ${done.bucket} any more.`] };
      const removed =
        done.eventBridge === 'removed'
          ? `The events of ${done.bucket} go to EventBridge no more.`
          : `Its events go to EventBridge as before: ${still === '' ? 'they did before the notices' : 'for the rest'}.`;
      return { done, lines: [`Told of: ${still === '' ? 'nothing' : still}`, removed, othersOf(done)] };
    }),
});

const list = (openLocal: OpenLocalGuard): Command => ({
  path: ['buckets', 'notices', 'list'],
  summary: 'List the buckets whose objects are told of',
  examples: [
    { run: 'holdfast buckets notices list', does: 'In this account and Region' },
    { run: 'AWS_REGION=eu-central-1 holdfast buckets notices list', does: 'In another Region' },
    { run: 'holdfast buckets notices list --json', does: 'For a script' },
  ],
  options,
  async run(context, input) {
    await using guard = await openLocal(stateFolderFrom(context, input));
    await using notices = await guard.openNotices(stackFrom(input));
    const buckets = await listWanted(notices.records);
    context.terminal.show({ buckets }, () =>
      buckets.length === 0
        ? ['Nothing is told of. Switch it on with: holdfast buckets notices on BUCKET']
        : buckets.flatMap(({ bucket, prefixes }) => prefixes.map((prefix) => visible(`${bucket}/${prefix}`))),
    );
    return 0;
  },
});

export const noticeCommands = [on, off, list] as const;

type Act = (
  place: Place,
  deps: Parameters<typeof switchOn>[1],
) => Promise<{ readonly done: Switched; readonly lines: readonly string[] }>;

async function switching(
  context: CommandContext,
  input: CommandInput,
  openLocal: OpenLocalGuard,
  act: Act,
): Promise<0> {
  const place = placeOf(input.args[0] ?? '');
  if (place === null) {
    throw commandErrors('usage_invalid', {
      detail: 'name a bucket, or a bucket with the beginning of keys: plans/2026/',
    });
  }
  await using guard = await openLocal(stateFolderFrom(context, input));
  await using notices = await guard.openNotices(stackFrom(input));
  const { done, lines } = await act(place, notices);
  context.terminal.show(done, () => lines.map(visible));
  return 0;
}

function othersOf({ others }: Switched): string {
  return others === 0
    ? 'It has no other notifications.'
    : `Its ${count(others, 'other notification')} ${others === 1 ? 'stays as it was' : 'stay as they were'}.`;
}
