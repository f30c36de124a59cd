import type { Command, CommandContext, CommandInput } from '../../base/commands/command.ts';
import { commandErrors } from '../../base/commands/errors.ts';
import { count } from '../../base/text/quantities.ts';
import { visible } from '../../base/text/visible.ts';
import { verdictWords } from '../auditing/exposure-words.ts';
import { knownFindingsIn } from '../auditing/known-findings.ts';
import { missingOf, noneOf } from '../auditing/report.ts';
import type { Check } from '../checks/check.ts';
import { applyChanges } from '../fixes/apply.ts';
import { callOf, nameOf, type Change } from '../fixes/change.ts';
import { fixers } from '../fixes/fixers.ts';
import { ACCOUNT_CHECK, planOf, type FixPlan } from '../fixes/plan-all.ts';
import { lossesOf } from '../fixes/plan.ts';
import { newReceipt, type Receipt } from '../fixes/receipt.ts';
import { auditPlace } from './audit-place.ts';
import { checkOptions, checksFrom, sampleFrom, sampleOption } from './choose-checks.ts';
import type { LocalGuard, OpenLocalGuard } from './guard.ts';
import { placeOptions, placesFrom, stateFolderFrom, type ChosenPlace } from './where.ts';

export const fixCommand = (openLocal: OpenLocalGuard): Command => ({
  path: ['buckets', 'fix'],
  summary: 'Show what would mend your buckets, and mend them with --apply',
  description:
    'Shows each call with what it replaces, and who loses access by it; changes nothing without --apply. Without --check or\n--severity it mends what is critical or high. What somebody accepted stays as it is. Before the first change a receipt is\nwritten, with which holdfast buckets undo brings everything back.',
  examples: [
    { run: 'holdfast buckets fix plans', does: 'What would be changed in one bucket' },
    { run: 'holdfast buckets fix plans --apply', does: 'Change it' },
    { run: "holdfast buckets fix --check bucket-tls-only 'logs-*' --apply", does: 'One thing in many buckets' },
    { run: 'holdfast buckets fix --endpoint https://s3.example.org', does: 'In another store' },
  ],
  arguments: [{ name: 'BUCKET', about: 'Names, or patterns with *; none: every bucket', many: true, optional: true }],
  options: [...checkOptions, sampleOption, { name: 'apply', about: 'Make the changes' }, ...placeOptions],
  async run(context, input) {
    const checks = chosenChecks(input);
    const [place, ...others] = placesFrom(input);
    if (place === undefined || others.length > 0) {
      throw commandErrors('usage_invalid', {
        detail: 'name one --role at a time: each account gets a receipt of its own',
      });
    }
    const objects = sampleFrom(input, checks);
    await using guard = await openLocal(stateFolderFrom(context, input));
    const sample = objects === 'usual' ? guard.settings.bucketsSampled : objects;
    const request = { checks, buckets: input.args, regions: [], sample };
    const audit = await auditPlace(context, guard, place, request);
    const plan = planOf(audit, {
      known: await knownFindingsIn(guard.findings),
      endpoint: place.endpoint,
      areNamed: input.args.length > 0,
      atMs: context.clock(),
    });
    const missing = missingOf(input.args, [audit]);
    if (missing.length > 0) context.terminal.note(noneOf(missing));
    if (!input.flag('apply') || plan.changes.length === 0) {
      context.terminal.show(shown(plan, null), () => [...lines(context, plan), promised(plan)]);
      return missing.length > 0 ? 3 : 0;
    }
    const receipt = await apply(context, guard, { place, plan, scope: audit.scope });
    const changed = [
      ...new Set(receipt.changes.flatMap(({ target }) => (target.kind === 'bucket' ? target.bucket : []))),
    ];
    // What holds for the account holds for every bucket.
    if (plan.account !== null) await auditPlace(context, guard, place, request);
    else if (changed.length > 0) await auditPlace(context, guard, place, { ...request, buckets: changed });
    context.terminal.show(shown(plan, receipt), () => [...lines(context, plan), '', ...outcome(context, receipt)]);
    return missing.length === 0 && receipt.changes.every(({ state }) => state === 'made') ? 0 : 3;
  },
});

/** Without a choice, what is critical or high. */
function chosenChecks(input: CommandInput): readonly Check[] {
  const isChosen =
    ['severity', 'compliance'].some((name) => input.text(name) !== undefined) || input.list('check').length > 0;
  const checks = checksFrom(input).filter(({ id }) => id in fixers || id === ACCOUNT_CHECK);
  const wanted = isChosen ? checks : checks.filter(({ severity }) => severity === 'critical' || severity === 'high');
  if (wanted.length > 0) return wanted;
  throw commandErrors('usage_invalid', {
    detail: 'none of these checks can be mended by a command',
    remedy: `These can: ${[...Object.keys(fixers), ACCOUNT_CHECK].join(', ')}`,
  });
}

interface Applied {
  readonly place: ChosenPlace;
  readonly plan: FixPlan;
  readonly scope: string;
}

async function apply(context: CommandContext, guard: LocalGuard, { place, plan, scope }: Applied): Promise<Receipt> {
  const begun = newReceipt({ scope, endpoint: place.endpoint, role: place.role }, plan.changes, context.clock());
  const path = await guard.files.keepReceipt(begun.receiptId, begun);
  context.terminal.note(`What it replaces is kept in ${path}`);
  await using writer = await guard.openWriter(place);
  using progress = context.terminal.progress({ verb: 'Mending', totalBytes: 0, totalFiles: plan.buckets.length });
  const changes = await applyChanges(plan.changes, {
    writer,
    atOnce: guard.settings.bucketsAtOnce,
    signal: context.signal,
    onBucket: (name) => progress.file(name),
  });
  const done: Receipt = { ...begun, state: 'done', changes };
  await guard.files.keepReceipt(done.receiptId, done);
  return done;
}

function shown({ buckets, account, accountLosses, accountLeft, accepted }: FixPlan, receipt: Receipt | null): object {
  return {
    applied: receipt !== null,
    receiptId: receipt?.receiptId ?? null,
    accepted,
    buckets: buckets.map(({ bucket, changes, before, after, left, ...plan }) => ({
      bucket,
      before: before.verdict,
      after: after.verdict,
      calls: changes.map((change) => ({ call: callOf(change), before: change.before, after: change.after })),
      loseAccess: lossesOf(plan),
      left,
    })),
    account: account && {
      call: callOf(account),
      before: account.before,
      after: account.after,
      loseAccess: accountLosses,
    },
    accountLeft,
    outcome: receipt && receipt.changes.map(({ target, state, detail }) => ({ target, state, detail: detail ?? null })),
  };
}

function lines({ terminal }: CommandContext, plan: FixPlan): readonly string[] {
  const { buckets, account, accountLosses, accountLeft, accepted } = plan;
  const { styles } = terminal;
  const call = (change: Change): string[] => [
    `  ${styles.strong(callOf(change))}`,
    `    before  ${valueText(change.before)}`,
    `    after   ${valueText(change.after)}`,
  ];
  return [
    ...buckets.flatMap(({ bucket, changes: own, before, after, left, ...rest }) => [
      `${styles.strong(visible(bucket))}  ${verdictWords[before.verdict]}${own.length > 0 ? ` → ${verdictWords[after.verdict]}` : ''}`,
      ...own.flatMap(call),
      ...lossesOf(rest).map((each) => `  ${styles.attention('Loses access:')} ${visible(each)}`),
      ...left.map(({ check, why }) => `  ${styles.faint(`${check} stays: ${why}`)}`),
      '',
    ]),
    ...(account ? [styles.strong(nameOf(account.target)), ...call(account)] : []),
    ...accountLosses.map((each) => `  ${styles.attention('Loses access:')} ${visible(each)}`),
    ...(account ? [''] : []),
    ...(accountLeft === null ? [] : [styles.faint(`${ACCOUNT_CHECK} stays: ${accountLeft}`)]),
    ...(accepted > 0 ? [`${count(accepted, 'finding')} that somebody accepted stay as they are.`] : []),
  ];
}

/** Of a dry run; what was changed is told by {@link outcome}. */
function promised({ changes, buckets }: FixPlan): string {
  if (changes.length === 0) return 'There is nothing to mend by a command.';
  const many = buckets.filter((each) => each.changes.length > 0).length;
  return `${count(changes.length, 'change')} in ${count(many, 'bucket')}. Nothing is changed without --apply.`;
}

function outcome({ terminal: { styles } }: CommandContext, { receiptId, changes }: Receipt): readonly string[] {
  const made = changes.filter(({ state }) => state === 'made').length;
  return [
    ...changes
      .filter(({ state }) => state !== 'made')
      .map(({ target, after, state, detail }) =>
        styles.danger(
          visible(
            `${nameOf(target)}: ${callOf({ target, after })} ${state}${detail === undefined ? '' : `: ${detail}`}`,
          ),
        ),
      ),
    `Made ${count(made, 'change')} of ${changes.length}. To bring it back: holdfast buckets undo ${receiptId}`,
  ];
}

/** Whole, however long: it is what is put. */
function valueText(value: unknown): string {
  return visible(typeof value === 'string' ? value : value === null ? 'not set' : JSON.stringify(value));
}
