import type { Command } from '../../base/commands/command.ts';
import { count, formatTime } from '../../base/text/quantities.ts';
import { visible } from '../../base/text/visible.ts';
import type { RuleView } from '../wire.ts';
import { reasonFrom, reasonOption } from './reason.ts';
import { untilFrom } from './times.ts';
import { inPlace, placeOptions, type OpenLocalFindings } from './where.ts';

export const suppressFindings = (openLocal: OpenLocalFindings): Command => ({
  path: ['findings', 'suppress'],
  summary: 'Suppress findings by a rule, now and later',
  description: 'Every part that is named has to match; * stands for anything. holdfast findings rules lists them.',
  examples: [
    {
      run: "holdfast findings suppress --check bucket-no-versioning --resource 'scratch-*' --reason Scratch",
      does: 'One check on some resources',
    },
    { run: 'holdfast findings suppress --tag env=test --reason "Test account" --until 90d', does: 'By a tag' },
    { run: "holdfast findings suppress --path '/opt/legacy/*' --reason 'Ticket 812'", does: 'By where it lies' },
  ],
  options: [
    { name: 'check', value: 'PATTERN', about: 'Name of the check' },
    { name: 'resource', value: 'PATTERN', about: 'Name or uid of the resource' },
    { name: 'path', value: 'PATTERN', about: 'Where on the resource' },
    { name: 'tag', value: 'NAME=PATTERN', about: 'A tag of the resource' },
    reasonOption,
    { name: 'until', value: 'DAY', about: 'When the rule ends: 2026-12-31, or 30d' },
    ...placeOptions,
  ],
  async run(context, input) {
    const reason = await reasonFrom(context, input);
    const part = (name: string): string | null => input.text(name) ?? null;
    const parts = { check: part('check'), resource: part('resource'), path: part('path'), tag: part('tag') };
    const until = untilFrom(input.text('until'), context.clock());
    await inPlace(context, input, openLocal, async (place) => {
      const reply = await place.addRule({ ...parts, reason, until });
      context.terminal.show(reply, () => [
        `The rule ${reply.rule.ruleId} suppresses ${count(reply.suppressed, 'finding')} now, and what fits it later.`,
      ]);
    });
  },
});

export const unsuppressFindings = (openLocal: OpenLocalFindings): Command => ({
  path: ['findings', 'unsuppress'],
  summary: 'Remove a rule; what it suppressed is open again',
  examples: [
    { run: 'holdfast findings unsuppress 0190f5d2-7b1e-7c3a-9d1f-3a5b7c9d1e2f', does: 'By its id' },
    { run: 'holdfast findings rules', does: 'Where the ids are' },
    { run: 'holdfast findings list --in suppressed', does: 'What rules suppress' },
  ],
  arguments: [{ name: 'RULE', about: 'Id of the rule' }],
  options: placeOptions,
  async run(context, input) {
    await inPlace(context, input, openLocal, async (place) => {
      const reply = await place.removeRule(input.args[0] ?? '');
      context.terminal.show(reply, () => [`Removed. ${count(reply.reopened, 'finding')} open again.`]);
    });
  },
});

export const listRules = (openLocal: OpenLocalFindings): Command => ({
  path: ['findings', 'rules'],
  summary: 'The rules that suppress findings',
  examples: [
    { run: 'holdfast findings rules', does: 'With who made them, and why' },
    { run: 'holdfast findings rules --json', does: 'For a script' },
    { run: 'holdfast findings rules --local', does: 'Those of this computer' },
  ],
  options: placeOptions,
  async run(context, input) {
    await inPlace(context, input, openLocal, async (place) => {
      const reply = await place.rules();
      context.terminal.show(reply, () =>
        reply.rules.length === 0
          ? ['There are no rules.']
          : context.terminal.table(
              [
                { title: 'Rule' },
                { title: 'Covers', cut: true },
                { title: 'Why', cut: true },
                { title: 'By' },
                { title: 'Until' },
              ],
              reply.rules.map((rule) => [
                rule.ruleId,
                covered(rule),
                rule.reason,
                rule.by,
                rule.until === null ? 'for good' : formatTime(Date.parse(rule.until)),
              ]),
            ),
      );
    });
  },
});

function covered({ check, resource, path, tag }: RuleView): string {
  const parts = { check, resource, path, tag };
  return Object.entries(parts)
    .flatMap(([name, pattern]) => (pattern === null ? [] : [`${name} ${visible(pattern)}`]))
    .join(', ');
}
