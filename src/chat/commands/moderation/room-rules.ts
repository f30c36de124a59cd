/** The rules of a room, and what its moderators did, on the command line. */
import { type Command, type CommandInput, wholeNumber } from '../../../base/commands/command.ts';
import { commandErrors } from '../../../base/commands/errors.ts';
import { formatTime } from '../../../base/text/quantities.ts';
import { visible } from '../../../base/text/visible.ts';
import { filterModes } from '../../moderation/filter/filter.ts';
import type { ActsReply, ActView, FilterTriedReply, RulesView } from '../../moderation/wire.ts';
import { ROOM, roomCalled } from '../find-room.ts';
import { REASON, reasonFrom } from './input.ts';

export const showRules: Command = {
  path: ['moderate', 'rules'],
  summary: 'What holds in a room: slow mode, the filter, and who is muted or banned',
  examples: [
    { run: 'holdfast moderate rules general', does: 'What holds' },
    { run: 'holdfast moderate rules general --json', does: 'For a script' },
    { run: 'holdfast moderate filter general --mode blur --reason "Advertising"', does: 'Another filter' },
  ],
  arguments: [ROOM],
  async run(context, input) {
    const api = await context.signedIn();
    const { roomId } = await roomCalled(api, input.args[0]);
    const rules = await api.get<RulesView>(`/chat/rooms/${roomId}/rules`);
    context.terminal.show(rules, () => linesOf(rules));
  },
};

export const setFilter: Command = {
  path: ['moderate', 'filter'],
  summary: 'Set which words are looked for in a room, and how fast people write',
  description:
    'A filter never changes a text, and refuses none. What is not given stays; lists and words that are given take the\nplace of those that there are. With --try it only tells what the filter would find in a text.',
  examples: [
    { run: 'holdfast moderate filter general --mode log --list abuse --reason "Tone"', does: 'Tells authors' },
    {
      run: 'holdfast moderate filter general --mode blur --word gadget --word "cheap offer" --reason "Ads"',
      does: 'Blurs',
    },
    { run: 'holdfast moderate filter general --try "Buy this gadget"', does: 'What it finds' },
    { run: 'holdfast moderate filter general --slow 30 --reason "Heated"', does: 'A message in 30 seconds' },
    { run: 'holdfast moderate filter general --mode off --slow off --reason "Calm again"', does: 'Neither' },
  ],
  arguments: [ROOM],
  options: [
    { name: 'mode', value: 'MODE', about: 'off, log (authors are told) or blur' },
    { name: 'list', value: 'NAME', many: true, about: 'A list that comes along: abuse, profanity' },
    { name: 'word', value: 'TEXT', many: true, about: 'A word or phrase to look for' },
    { name: 'allow', value: 'TEXT', many: true, about: 'A word or phrase that is fine here' },
    { name: 'slow', value: 'SECONDS', about: 'Least time between two messages of one person, or off' },
    { name: 'try', value: 'TEXT', about: 'Change nothing: tell what is found in this text' },
    REASON,
  ],
  async run(context, input) {
    const slow = input.text('slow');
    const slowSeconds =
      slow === undefined || slow === 'off' ? null : wholeNumber(slow, { option: 'slow', min: 1, max: 6 * 3600 });
    const text = input.text('try');
    const isFilter =
      input.text('mode') !== undefined || ['list', 'word', 'allow'].some((each) => input.list(each).length > 0);
    if (text === undefined && !isFilter && slow === undefined) {
      throw commandErrors('usage_invalid', {
        detail: 'there is nothing to change: give --mode, --word, --slow or --try',
      });
    }
    const reason = text === undefined ? await reasonFrom(context, input) : '';
    const api = await context.signedIn();
    const { roomId } = await roomCalled(api, input.args[0]);
    const path = `/chat/rooms/${roomId}/rules`;
    const filter = filterFrom(input, (await api.get<RulesView>(path)).filter);
    if (text !== undefined) {
      const tried = await api.post<FilterTriedReply>(`${path}/try`, { filter, text });
      return context.terminal.show(tried, () => [
        tried.words.length === 0 ? 'Nothing is found in it.' : `Found: ${tried.words.map(visible).join(', ')}`,
      ]);
    }
    const rules = await api.post<RulesView>(path, {
      ...(slow === undefined ? {} : { slowSeconds }),
      ...(isFilter ? { filter } : {}),
      reason,
    });
    context.terminal.show(rules, () => linesOf(rules));
  },
};

export const showActs: Command = {
  path: ['moderate', 'log'],
  summary: 'What the moderators of a room did, and why',
  examples: [
    { run: 'holdfast moderate log general', does: 'The last fifty acts' },
    { run: 'holdfast moderate log general --limit 100', does: 'More of them' },
    { run: 'holdfast moderate log general --json', does: 'For a script' },
  ],
  arguments: [ROOM],
  options: [{ name: 'limit', value: 'N', about: 'How many, up to 100 (default 50)' }],
  async run(context, input) {
    const limit = wholeNumber(input.text('limit') ?? '50', { option: 'limit', min: 1, max: 100 });
    const api = await context.signedIn();
    const { roomId } = await roomCalled(api, input.args[0]);
    const { acts, next } = await api.get<ActsReply>(`/chat/rooms/${roomId}/acts?limit=${limit}`);
    const { terminal } = context;
    terminal.show({ acts, next }, () =>
      acts.length === 0
        ? ['There are none.']
        : terminal.table(
            [{ title: 'TIME' }, { title: 'WHAT' }, { title: 'WHOM' }, { title: 'BY' }, { title: 'WHY', cut: true }],
            acts.map(({ time, what, by, reason, ...act }) => [
              formatTime(Date.parse(time)),
              what,
              whomOf(act),
              visible(by ?? ''),
              visible(reason),
            ]),
          ),
    );
  },
};

/** What is not given stays. Throws `usage_invalid`. */
function filterFrom(input: CommandInput, before: RulesView['filter']): RulesView['filter'] {
  const mode = filterModes.find((each) => each === (input.text('mode') ?? before.mode));
  if (!mode) throw commandErrors('usage_invalid', { detail: `--mode is one of ${filterModes.join(', ')}` });
  const [lists, words, allowed] = (['list', 'word', 'allow'] as const).map((each) => input.list(each));
  const or = (wanted: readonly string[] | undefined, kept: string[]): string[] =>
    wanted && wanted.length > 0 ? [...wanted] : kept;
  return { mode, lists: or(lists, before.lists), words: or(words, before.words), allowed: or(allowed, before.allowed) };
}

function whomOf({ name, sequence }: Pick<ActView, 'name' | 'sequence'>): string {
  if (name !== null) return visible(name);
  return sequence === null ? '' : `message ${sequence}`;
}

function linesOf({ slowSeconds, filter, restrictions }: RulesView): string[] {
  const { mode, lists, words, allowed } = filter;
  const named = (title: string, items: readonly string[]): string[] =>
    items.length === 0 ? [] : [`  ${title}: ${items.map(visible).join(', ')}`];
  return [
    slowSeconds === null ? 'People write as fast as they like.' : `One message in ${slowSeconds} seconds.`,
    `The filter is ${mode === 'off' ? 'off' : `on: ${mode}`}.`,
    ...named('lists', lists),
    ...named('words', words),
    ...named('fine', allowed),
    ...restrictions.map(
      ({ restrictionId, what, name, untilTime, reason }) =>
        `${visible(name)} is ${what === 'mute' ? 'muted' : 'banned'} until ${formatTime(Date.parse(untilTime))}: ${visible(reason)} (${restrictionId})`,
    ),
  ];
}
