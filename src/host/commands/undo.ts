import { setTimeout as wait } from 'node:timers/promises';
import type { Command, CommandContext } from '../../base/commands/command.ts';
import { formatTime } from '../../base/text/quantities.ts';
import { visible } from '../../base/text/visible.ts';
import { loadReceipt, type Receipt } from '../fixing/receipt.ts';
import { undoFix } from '../fixing/undo.ts';
import { readProcesses } from '../probes/process-table.ts';
import type { HostFiles } from '../state/host-files.ts';
import { detectSystem } from '../system/system.ts';
import { needTrustedState } from '../trusted.ts';
import { stateFolderFrom, stateOption, type OpenLocalHost } from './local-host.ts';

export const undoCommand = (openLocal: OpenLocalHost): Command => ({
  path: ['host', 'undo'],
  summary: 'Take back what a fix changed, where nobody has changed it since',
  description:
    'All of a receipt or nothing of it: where something was changed since, it says what and leaves everything. Without a receipt it\nlists them.',
  examples: [
    { run: 'sudo holdfast host undo', does: 'The receipts of all fixes' },
    { run: 'sudo holdfast host undo 0190f5d2-7b1e-7c3a-9d1f-3a5b7c9d1e2f', does: 'Take one back' },
    { run: 'sudo holdfast host undo 0190f5d2-7b1e-7c3a-9d1f-3a5b7c9d1e2f --json', does: 'For a script' },
  ],
  arguments: [{ name: 'RECEIPT', about: 'Id of the receipt', optional: true }],
  options: [{ name: 'unless-confirmed', about: 'Only a change that nobody has confirmed' }, stateOption],
  async run(context, input) {
    await using local = await openLocal(stateFolderFrom(context, input));
    const { files } = local;
    const [receiptId] = input.args;
    if (receiptId === undefined) return list(context, await files.documents<Receipt>('receipts'));
    needTrustedState(local.stateFolder);
    const isTimer = input.flag('unless-confirmed');
    const receipt = isTimer ? await settled(files, receiptId, context.signal) : await loadReceipt(files, receiptId);
    const isKept =
      receipt.state === 'done' ||
      (receipt.state !== 'undone' && (await files.decide(receiptId, 'take_back')) === 'keep');
    if (isTimer && isKept) {
      context.terminal.show({ receiptId, state: 'done' }, () => ['It was confirmed, and stays.']);
      return;
    }
    const { init } = detectSystem('');
    const undone = await undoFix(receipt, { root: '', init }, files, { isTimer }).catch(async (error: unknown) => {
      // Where it refused, it is still there to be confirmed.
      await files.reopen(receiptId);
      throw error;
    });
    context.terminal.show({ receiptId, state: undone.state, check: undone.check, resources: undone.resources }, () => [
      receipt.state === 'undone'
        ? `${undone.check} was taken back before; nothing was changed.`
        : `${undone.check} is as it was before.`,
    ]);
  },
});

/** One that is being made at this moment is waited for: taking it back in between would leave half of it. */
async function settled(files: HostFiles, receiptId: string, signal: AbortSignal): Promise<Receipt> {
  for (;;) {
    const receipt = await loadReceipt(files, receiptId);
    if (receipt.state !== 'begun' || !(await isMaking(receipt))) return receipt;
    await wait(500, undefined, { signal });
  }
}

/** Whether the process that makes it still does; one that began after the receipt has but its number. */
async function isMaking({ pid, time }: Receipt): Promise<boolean> {
  const { processes } = await readProcesses('/proc');
  const found = processes.find((each) => each.pid === pid);
  return found !== undefined && found.state !== 'Z' && found.startS * 1000 <= Date.parse(time) + CLOCK_TOLERANCE_MS;
}

/** The kernel counts from the start of the machine, and the clock may have been set since. */
const CLOCK_TOLERANCE_MS = 2000;

function list({ terminal }: CommandContext, receipts: readonly Receipt[]): void {
  const newest = receipts.toReversed();
  const value = newest.map(({ receiptId, time, check, resources, state }) => ({
    receiptId,
    time,
    check,
    resources,
    state,
  }));
  terminal.show({ receipts: value }, () =>
    newest.length === 0
      ? ['Nothing was mended yet.']
      : terminal.table(
          [
            { title: 'Time' },
            { title: 'Check' },
            { title: 'State' },
            { title: 'Receipt' },
            { title: 'What', cut: true },
          ],
          newest.map(({ receiptId, time, check, resources, state }) => [
            formatTime(Date.parse(time)),
            check,
            state,
            receiptId,
            visible(resources.join(', ')),
          ]),
        ),
  );
}
