import type { Command, CommandContext, CommandInput } from '../../base/commands/command.ts';
import { commandErrors } from '../../base/commands/errors.ts';
import { HoldfastError } from '../../base/errors.ts';
import { formatDuration } from '../../base/text/quantities.ts';
import { visible } from '../../base/text/visible.ts';
import { severities, type Severity } from '../../findings/index.ts';
import { hostErrors } from '../errors.ts';
import { writeKeptRules } from '../firewall/kept-facts.ts';
import { applyFix, planFix, type FixDeps } from '../fixing/apply.ts';
import { describeStep } from '../fixing/describe.ts';
import { confirmFix, type Receipt } from '../fixing/receipt.ts';
import { startRollbackTimer, stopRollbackTimer, timerName } from '../fixing/rollback-timer.ts';
import { isFinal as isFinalStep } from '../fixing/step-acts.ts';
import type { Step } from '../fixing/step.ts';
import { undoFix } from '../fixing/undo.ts';
import { runCheck } from '../running/run-check.ts';
import { detectSystem } from '../system/system.ts';
import { needTrustedState } from '../trusted.ts';
import { lookAt, scanHost, type Looked } from '../scanning/scan.ts';
import { ownOption } from './choose-checks.ts';
import { needLinux } from './need-linux.ts';
import { chosenFrom, severityOf, wrongOf, type Wrong } from './choose-wrong.ts';
import { stateFolderFrom, stateOption, type LocalHost, type OpenLocalHost } from './local-host.ts';
import { recordScan } from './record-scan.ts';

export const fixCommand = (openLocal: OpenLocalHost): Command => ({
  path: ['host', 'fix'],
  summary: 'Show what would mend this computer, and mend it',
  description:
    'Shows every change first, and makes none without a yes. Before the first one a receipt is written, with which holdfast host undo\ntakes everything back. Without a name it mends what can be mended without a risk. What could cut somebody off goes back by\nitself unless you confirm it.',
  examples: [
    { run: 'sudo holdfast host fix', does: 'All that can be mended without a risk, after a look at it' },
    { run: 'sudo holdfast host fix KRN-07 --dry-run', does: 'What would be changed, and nothing else' },
    { run: "sudo holdfast host fix 'SSH-*' --yes", does: 'From a script' },
    { run: 'sudo holdfast host fix --confirm 0190f5d2-7b1e-7c3a-9d1f-3a5b7c9d1e2f', does: 'Keep what would go back' },
  ],
  arguments: [
    { name: 'FINDING', about: 'Ids of checks or of findings, or patterns with *', many: true, optional: true },
  ],
  options: [
    { name: 'dry-run', about: 'Only show it' },
    { name: 'yes', about: 'Make the changes without a question' },
    { name: 'kill', about: 'End processes for good in place of stopping them, which cannot be taken back' },
    { name: 'confirm', value: 'RECEIPT', about: 'Keep a change that would go back by itself' },
    ownOption,
    stateOption,
  ],
  async run(context, input) {
    needLinux();
    await using local = await openLocal(stateFolderFrom(context, input));
    const confirmed = input.text('confirm');
    if (confirmed !== undefined && input.flag('dry-run')) {
      throw commandErrors('usage_invalid', { detail: '--confirm keeps a change: it has no dry run' });
    }
    if (!input.flag('dry-run')) needTrustedState(local.stateFolder);
    if (confirmed !== undefined) {
      const receipt = await confirmFix(local.files, confirmed);
      await stopRollbackTimer(timerName(receipt.receiptId), detectSystem(''));
      context.terminal.show({ receiptId: receipt.receiptId, state: receipt.state }, () => ['It stays.']);
      return;
    }
    const chosen = await chosenFrom(context, input, local);
    const { files, settings } = local;
    using looked = await lookAt(chosen.scripts, { root: '', files, settings, signal: context.signal });
    const { known } = await recordScan(context, local, looked.scan);
    if (looked.scan.rules !== null) await writeKeptRules(local.firewall.timeline, looked.ground.facts);
    const plans = await planEach(context, wrongOf(looked.scan, chosen, known), {
      looked,
      local,
      kill: input.flag('kill'),
    });
    const lines = planLines(context, plans);
    const makeable = plans.filter(({ resources }) => resources.length > 0);
    if (makeable.length === 0 || !(await isWanted(context, input, lines))) {
      context.terminal.show({ applied: false, plans: plans.map(shownPlan) }, () => [
        ...lines,
        makeable.length === 0 ? 'There is nothing to mend by a command.' : 'Nothing was changed.',
      ]);
      return 0;
    }
    const outcomes: (Outcome & Pick<Plan, 'isFinal'>)[] = [];
    for (const plan of makeable) outcomes.push({ ...(await mend(context, plan, local)), isFinal: plan.isFinal });
    context.terminal.show({ applied: true, plans: plans.map(shownPlan), outcomes }, () => [
      ...(context.prompts.interactive && !input.flag('yes') ? [] : lines),
      ...outcomes.map((each) => outcomeLine(context, each)),
    ]);
    return outcomes.every(({ state }) => state === 'mended' || state === 'waiting') ? 0 : 3;
  },
});

interface Plan extends Wrong {
  /** Nothing of it can be taken back. */
  readonly isFinal: boolean;
  readonly deps: FixDeps;
  readonly changes: readonly { readonly resource: string; readonly lines: readonly string[] }[];
  /** What stays, and why. */
  readonly left: readonly { readonly resource: string; readonly why: string }[];
}

interface PlanFor {
  readonly looked: Looked;
  readonly local: LocalHost;
  readonly kill: boolean;
}

/** Of a process: what was stopped before is offered its end. */
const NOTHING_LEFT = 'it was stopped already, and --kill ends it; or it has ended by itself';

async function planEach(
  { clock, signal }: CommandContext,
  wrong: readonly Wrong[],
  { looked, local, kill }: PlanFor,
): Promise<readonly Plan[]> {
  const { ground, scan } = looked;
  return await Promise.all(
    wrong.map(async ({ script, checked, resources }): Promise<Plan> => {
      const { id, fix, remedy } = script.header;
      const deps: FixDeps = {
        place: { root: ground.root, init: ground.init },
        files: local.files,
        clock,
        hostId: scan.system.hostId,
        kill,
        async want(resource) {
          const work = `${ground.work}/${id}`;
          const ran = await runCheck(script, { verb: 'fix', resource }, { ...ground, work }, signal);
          const byHand = ran.verdicts.find((each) => each.verdict === 'unknown');
          if (ran.outcome === 'done' && ran.wanted.length > 0 && !byHand) return ran.wanted;
          const detail = byHand?.verdict === 'unknown' ? byHand.reason : 'the check knows no change for it';
          throw hostErrors('host_fix_impossible', { attempted: `Mend ${resource}`, detail });
        },
      };
      const changes: { resource: string; lines: readonly string[] }[] = [];
      const left: { resource: string; why: string }[] = [];
      const steps: Step[] = [];
      for (const resource of resources) {
        if (fix === 'manual') {
          left.push({ resource, why: remedy });
          continue;
        }
        try {
          const own = await planFix(id, resource, deps);
          if (own.length === 0) {
            left.push({ resource, why: NOTHING_LEFT });
            continue;
          }
          const lines = own.flatMap(describeStep);
          const isShown = changes.some((each) => each.lines.join() === lines.join());
          changes.push({ resource, lines: isShown ? ['as above'] : lines });
          steps.push(...own);
        } catch (error) {
          if (!(error instanceof HoldfastError)) throw error;
          left.push({ resource, why: error.detail ?? error.title });
        }
      }
      const isFinal = steps.length > 0 && steps.every(isFinalStep);
      return { script, checked, resources: changes.map(({ resource }) => resource), deps, changes, left, isFinal };
    }),
  );
}

function shownPlan({ script, changes, left, isFinal }: Plan): object {
  const { id, title, fix, cuts } = script.header;
  return { check: id, title, fix, cuts, changes, left, isFinal };
}

/** It goes back by itself, unless somebody confirms it. */
function goesBack({ script, isFinal }: Plan): boolean {
  return script.header.fix === 'guarded' && !isFinal;
}

function planLines({ terminal: { styles } }: CommandContext, plans: readonly Plan[]): readonly string[] {
  return plans.flatMap((plan) => {
    const {
      script: { header },
      changes,
      left,
    } = plan;
    return [
      `${styles.strong(header.id)}  ${visible(header.title)}`,
      ...(goesBack(plan) && changes.length > 0
        ? [
            `  ${styles.attention(visible(`Goes back unless it is confirmed${header.cuts === null ? '' : `: it could cut off ${header.cuts}`}`))}`,
          ]
        : []),
      ...changes.flatMap(({ resource, lines }) => [
        `  ${visible(resource)}`,
        ...lines.map((line) => `    ${coloured(styles, visible(line))}`),
      ]),
      ...left.map(({ resource, why }) => `  ${styles.faint(visible(`${resource} stays: ${why}`))}`),
      '',
    ];
  });
}

function coloured(styles: CommandContext['terminal']['styles'], line: string): string {
  return line.startsWith('+') ? styles.good(line) : line.startsWith('-') ? styles.danger(line) : line;
}

/** Asks where somebody can answer; without --yes and without a terminal nothing is changed. */
async function isWanted(
  { prompts, terminal }: CommandContext,
  input: CommandInput,
  lines: readonly string[],
): Promise<boolean> {
  if (input.flag('dry-run')) return false;
  if (input.flag('yes')) return true;
  if (!prompts.interactive) {
    terminal.note('Nothing is changed without --yes.');
    return false;
  }
  for (const line of lines) terminal.note(line);
  return isYes(await prompts.line('Make these changes? (yes or no)'));
}

function isYes(answer: string): boolean {
  return /^y(es)?$/i.test(answer.trim());
}

interface Outcome {
  readonly check: string;
  readonly receiptId: string | null;
  /** `unseen`: changed, and whether that mended it could not be looked at. */
  readonly state: 'mended' | 'unseen' | 'waiting' | 'failed' | 'taken_back';
  readonly detail: string | null;
}

/** A process that was stopped is still there, and a service that nobody starts any more is still installed. */
function isLess(after: Severity | null, before: Severity | null): boolean {
  return after === null || (before !== null && severities.indexOf(after) > severities.indexOf(before));
}

async function mend(context: CommandContext, plan: Plan, local: LocalHost): Promise<Outcome> {
  const { script, resources, deps } = plan;
  const { id: check } = script.header;
  const isGuarded = goesBack(plan);
  const { files, settings } = local;
  const onBegin = async ({ receiptId }: Receipt): Promise<void> => {
    context.terminal.note(`${check}: what it replaces is kept in receipt ${receiptId}`);
    if (!isGuarded) return;
    const words = [...local.ownCommand, 'host', 'undo', receiptId, '--unless-confirmed', '--state', local.stateFolder];
    await startRollbackTimer({ words, name: timerName(receiptId), afterMs: settings.hostConfirmMs }, deps.place);
  };
  try {
    const receipt = await applyFix({ check, resources, isGuarded }, { ...deps, onBegin });
    const again = await scanHost([script], { root: '', files, settings, signal: context.signal });
    await recordScan(context, local, again);
    const [checked] = again.checks;
    const isStill =
      !checked || resources.some((each) => !isLess(severityOf(checked, each), severityOf(plan.checked, each)));
    const unseen = checked?.verdicts.find(
      (each) => each.verdict === 'unknown' && (each.resource === null || resources.includes(each.resource)),
    );
    const { receiptId } = receipt;
    if (isStill) {
      await undoFix(receipt, deps.place, files);
      return { check, receiptId, state: 'taken_back', detail: 'it was still wrong afterwards' };
    }
    if (unseen?.verdict === 'unknown') {
      const detail = `it could not be looked at afterwards: ${unseen.reason}`;
      // A guarded one is kept by whoever confirms it, and by nobody who does not know that it helped.
      if (!isGuarded) return { check, receiptId, state: 'unseen', detail };
      context.terminal.note(`${check}: ${visible(detail)}`);
    } else if (!isGuarded) return { check, receiptId, state: 'mended', detail: null };
    return await askToKeep(context, receipt, local, deps);
  } catch (error) {
    if (!(error instanceof HoldfastError)) throw error;
    return { check, receiptId: null, state: 'failed', detail: error.message };
  }
}

async function askToKeep(
  { prompts }: CommandContext,
  receipt: Receipt,
  { files, settings }: LocalHost,
  { place }: FixDeps,
): Promise<Outcome> {
  const { check, receiptId } = receipt;
  const within = formatDuration(settings.hostConfirmMs);
  const waiting: Outcome = {
    check,
    receiptId,
    state: 'waiting',
    detail: `confirm it within ${within}: holdfast host fix --confirm ${receiptId}`,
  };
  if (!prompts.interactive) return waiting;
  const answer = await prompts.line(
    `${check} is changed. Log in a second time to see that you still can. Keep it? (yes or no, within ${within})`,
  );
  if (isYes(answer)) {
    await confirmFix(files, receiptId);
    await stopRollbackTimer(timerName(receiptId), place);
    return { check, receiptId, state: 'mended', detail: null };
  }
  // Whoever confirmed it from a second login meanwhile was told that it stays.
  if ((await files.decide(receiptId, 'take_back')) === 'keep') {
    return { check, receiptId, state: 'mended', detail: null };
  }
  try {
    await undoFix(receipt, place, files);
  } catch (error) {
    await files.reopen(receiptId);
    throw error;
  }
  return { check, receiptId, state: 'taken_back', detail: 'it was not confirmed' };
}

const STATES: { readonly [S in Outcome['state']]: string } = {
  mended: 'mended',
  unseen: 'changed',
  waiting: 'changed, and goes back by itself',
  failed: 'not mended',
  taken_back: 'taken back',
};

function outcomeLine(
  { terminal: { styles } }: CommandContext,
  { check, receiptId, state, detail, isFinal }: Outcome & Pick<Plan, 'isFinal'>,
): string {
  const style = state === 'mended' ? 'good' : state === 'waiting' || state === 'unseen' ? 'attention' : 'danger';
  const more = detail === null ? '' : `: ${visible(detail)}`;
  const isKept = state === 'mended' || state === 'unseen';
  const undo = isFinal ? '; it cannot be taken back' : `; to take it back: holdfast host undo ${receiptId}`;
  return `${check} ${styles[style](STATES[state])}${more}${isKept ? undo : ''}`;
}
