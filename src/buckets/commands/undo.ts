import type { Command, CommandContext, CommandInput } from '../../base/commands/command.ts';
import { count } from '../../base/text/quantities.ts';
import { visible } from '../../base/text/visible.ts';
import type { Audit } from '../auditing/audit.ts';
import { verdictWords } from '../auditing/exposure-words.ts';
import { bucketErrors } from '../errors.ts';
import { allChecks } from '../checks/registry.ts';
import { nameOf, type Target } from '../fixes/change.ts';
import { openedByUndo } from '../fixes/opened-by-undo.ts';
import { loadReceipt, type Receipt, type ReceiptChange } from '../fixes/receipt.ts';
import { isUndoable, undoChanges, type Undone } from '../fixes/undo.ts';
import { auditPlace, lookAtPlace } from './audit-place.ts';
import { stackFrom } from './deploy.ts';
import type { LocalGuard, OpenLocalGuard } from './guard.ts';
import { stateFolderFrom } from './where.ts';

export const undoCommand = (openLocal: OpenLocalGuard): Command => ({
  path: ['buckets', 'undo'],
  summary: 'Bring back what a fix replaced, where nobody has changed it since',
  description:
    'What was changed since the fix is left alone, together with the rest of its bucket. When it would let anybody in who is\nkept out now, it does nothing unless you say --accept-exposure. It may be run again.',
  examples: [
    { run: 'holdfast buckets undo 0190f5d2-7b1e-7c3a-9d1f-3a5b7c9d1e2f', does: 'The receipt that the fix named' },
    {
      run: 'holdfast buckets undo 0190f5d2-7b1e-7c3a-9d1f-3a5b7c9d1e2f --accept-exposure',
      does: 'Also where it opens a bucket again',
    },
    { run: 'holdfast buckets undo 0190f5d2-7b1e-7c3a-9d1f-3a5b7c9d1e2f --json', does: 'For a script' },
  ],
  arguments: [{ name: 'RECEIPT', about: 'Id of the receipt' }],
  options: [
    { name: 'accept-exposure', about: 'Undo also what lets strangers or others in again' },
    { name: 'guard', value: 'STACK', about: 'The receipt is one of the guard in the account' },
    { name: 'state', value: 'DIR', about: 'Where the receipt is kept' },
  ],
  async run(context, input) {
    await using guard = await openLocal(stateFolderFrom(context, input));
    const receipt = await receiptOf(guard, input);
    const changes = receipt.changes.filter(({ state }) => isUndoable(state));
    if (!input.flag('accept-exposure')) await refuseExposure(context, guard, receipt, changes);
    await using writer = await guard.openWriter({ endpoint: receipt.endpoint, role: receipt.role });
    const undone = await undoChanges(changes, { writer, atOnce: guard.settings.bucketsAtOnce, signal: context.signal });
    const isWhole = undone.every(({ state }) => state === 'undone' || state === 'already');
    if (isWhole) await guard.files.keepReceipt(receipt.receiptId, { ...receipt, state: 'undone' });
    context.terminal.show({ receiptId: receipt.receiptId, undone }, () => lines(context, undone));
    await lookAgain(context, guard, receipt, undone);
    return isWhole ? 0 : 3;
  },
});

/** Throws `bucket_receipt_not_found`. */
async function receiptOf(guard: LocalGuard, input: CommandInput): Promise<Receipt> {
  const id = input.args[0] ?? '';
  if (input.text('guard') === undefined) return await loadReceipt(guard.files, id);
  await using deployed = await guard.openDeployed(stackFrom(input, 'guard'));
  return await loadReceipt(deployed, id);
}

/** Throws `bucket_undo_exposes` when somebody would get in who is kept out now. */
async function refuseExposure(
  context: CommandContext,
  guard: LocalGuard,
  receipt: Receipt,
  changes: readonly ReceiptChange[],
): Promise<void> {
  if (changes.length === 0) return;
  const attempted = `Undo ${receipt.receiptId}`;
  const ofAccount = changes.filter(({ target }) => target.kind === 'account');
  const own = Map.groupBy(changes, ({ target }) => nameOf(target));
  const place = { endpoint: receipt.endpoint, role: receipt.role };
  // Who gets in is all that counts here. What holds for the account holds for every bucket.
  const checks = allChecks.filter(({ id }) => id === 'bucket-public-read');
  const request = { checks, buckets: ofAccount.length > 0 ? [] : [...own.keys()], regions: [], sample: 0 };
  const audit = await lookAtPlace(context, guard, place, request);
  if (!ofAccount.every(({ target }) => areFlagsKnown(audit.account, target))) {
    const detail = 'whom Block Public Access of the account keeps out could not be told: it was not read';
    throw bucketErrors('bucket_undo_exposes', { attempted, detail });
  }
  const judged = { account: audit.account, endpoint: receipt.endpoint, atMs: context.clock() };
  const opened = audit.buckets.flatMap((each) => {
    const by = openedByUndo(each, [...(own.get(each.facts.bucket) ?? []), ...ofAccount], judged);
    return by ? [by] : [];
  });
  if (opened.length === 0) return;
  const told = opened.slice(0, 10).map(({ bucket, before, after, who }) => {
    const verdicts = before === after ? '' : `${verdictWords[before]} → ${verdictWords[after]}; `;
    return `${bucket} (${verdicts}${who.join('; ')})`;
  });
  const more = opened.length > 10 ? ` and ${opened.length - 10} more` : '';
  throw bucketErrors('bucket_undo_exposes', { attempted, detail: `${told.join(', ')}${more}` });
}

/** Whether it is the account that was looked at, and its flags were read. */
function areFlagsKnown({ accountId, publicAccessBlock }: Audit['account'], target: Target): boolean {
  const isIt = target.kind === 'account' && accountId.known && accountId.value === target.accountId;
  return isIt && publicAccessBlock.known;
}

/** So that findings tell what is wrong again. */
async function lookAgain(
  context: CommandContext,
  guard: LocalGuard,
  { endpoint, role }: Receipt,
  undone: readonly Undone[],
): Promise<void> {
  const back = undone.filter(({ state }) => state === 'undone').map(({ target }) => target);
  if (back.length === 0) return;
  // What holds for the account holds for every bucket.
  const isAccount = back.some(({ kind }) => kind === 'account');
  const names = back.flatMap((target) => (target.kind === 'bucket' ? target.bucket : []));
  const buckets = isAccount ? [] : [...new Set(names)];
  await auditPlace(context, guard, { endpoint, role }, { checks: allChecks, buckets, regions: [], sample: 0 });
}

function lines({ terminal: { styles } }: CommandContext, undone: readonly Undone[]): readonly string[] {
  const left = undone.filter(({ state }) => state !== 'undone' && state !== 'already');
  const back = undone.filter(({ state }) => state === 'undone').length;
  return [
    ...left.map(({ target, state, detail }) => {
      const setting = target.kind === 'bucket' ? ` ${target.setting}` : '';
      return styles.danger(
        visible(`${nameOf(target)}:${setting} ${state}${detail === undefined ? '' : `: ${detail}`}`),
      );
    }),
    `Brought back ${count(back, 'setting')}${back < undone.length ? `; ${undone.length - back - left.length} were as before already` : ''}.${left.length > 0 ? ` ${count(left.length, 'setting')} left alone.` : ''}`,
  ];
}
