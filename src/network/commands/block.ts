import { isIP } from 'node:net';
import { userInfo } from 'node:os';
import type { Command, CommandContext, CommandInput } from '../../base/commands/command.ts';
import { commandErrors } from '../../base/commands/errors.ts';
import { durationMs } from '../../base/commands/duration-option.ts';
import { plainAddress } from '../../base/http/addresses.ts';
import { formatTime } from '../../base/text/quantities.ts';
import { visible } from '../../base/text/visible.ts';
import { makeBlock, planBlock } from '../blocking/block.ts';
import { readTable } from '../blocking/block-table.ts';
import { keptHere } from '../blocking/protected.ts';
import { openBlockReceipts, type BlockReceipts } from '../blocking/receipts.ts';
import type { NetworkSettings } from '../settings.ts';
import { shortestAddress } from '../store/address-words.ts';
import type { OpenLocalNetwork } from './local-network.ts';
import { stateFolderFrom, stateOption } from './state-option.ts';

const MOST_WHY = 500;

export const blockCommand = (openLocal: OpenLocalNetwork): Command => ({
  path: ['network', 'block'],
  summary: 'Drop everything from and to an address, for a while',
  description:
    'In a table of its own among the rules of nftables, which no other rule knows of; open connections are cut as well. It ends by\nitself. Refused are addresses that would cut you off: your own, gateways, those of whoever is logged in, and HOLDFAST_NETWORK_NEVER_BLOCK.',
  examples: [
    { run: "sudo holdfast network block 203.0.113.7 --for 1h --why 'guesses passwords'", does: 'Block it for an hour' },
    { run: "sudo holdfast network block 203.0.113.7 --for 7d --why 'a scan' --dry-run", does: 'Show the change alone' },
    { run: 'sudo holdfast network block --list', does: 'What is blocked, and since when' },
  ],
  arguments: [{ name: 'ADDRESS', about: 'An IPv4 or IPv6 address', optional: true }],
  options: [
    { name: 'for', value: 'TIME', about: 'How long: 30m, 1h, 7d' },
    { name: 'why', value: 'TEXT', about: 'The reason, for whoever finds the block' },
    { name: 'dry-run', about: 'Show what would be done, and do nothing' },
    { name: 'list', about: 'Show what is blocked' },
    stateOption,
  ],
  async run(context, input) {
    const receipts = openBlockReceipts(stateFolderFrom(context, input));
    const [given] = input.args;
    if (input.flag('list')) return await list(context, receipts);
    const { settings, neverBlock } = await openLocal();
    const wanted = wantedFrom(given, input, settings);
    const plan = await planBlock(wanted, keptHere(neverBlock), receipts);
    if (input.flag('dry-run')) {
      context.terminal.show({ dryRun: true, ...wanted, commands: plan.commands }, () => [
        `Would run nft -f with this, and block ${wanted.address} for ${input.text('for')}:`,
        '',
        ...plan.commands.trimEnd().split('\n'),
      ]);
      return;
    }
    const receipt = await makeBlock(plan, receipts, context.clock);
    context.terminal.show(receipt, () => [
      `${receipt.address} is blocked until ${formatTime(Date.parse(receipt.until))}.`,
      `Take it back: holdfast network unblock ${receipt.receiptId}`,
    ]);
  },
});

/** Throws `usage_invalid`. */
function wantedFrom(given: string | undefined, input: CommandInput, { networkBlockMostMs }: NetworkSettings) {
  const usage = (detail: string) => commandErrors('usage_invalid', { detail });
  const address = shortestAddress(plainAddress(given ?? ''));
  if (given === undefined) throw usage('it is not said which address to block: network block ADDRESS');
  if (isIP(address) === 0) throw usage(`“${visible(given)}” is no IP address`);
  const time = input.text('for');
  if (time === undefined) throw usage('--for says for how long: 30m, 1h, 7d');
  const seconds = durationMs(time, { option: 'for', maxMs: networkBlockMostMs }) / 1000;
  const why = input.text('why')?.trim() ?? '';
  if (why === '' || why.length > MOST_WHY) throw usage(`--why takes the reason, in ${MOST_WHY} signs at most`);
  return { address, seconds, why, by: userInfo().username };
}

async function list({ terminal }: CommandContext, receipts: BlockReceipts): Promise<void> {
  const [table, known] = [await readTable(), await receipts.all()];
  const blocks = (table?.elements ?? []).map(({ address, expires }) => {
    const receipt = known.findLast((each) => each.address === address && each.state !== 'undone');
    return {
      ...{ address, secondsLeft: expires, receiptId: receipt?.receiptId ?? null },
      ...{ time: receipt?.time ?? null, by: receipt?.by ?? null, why: receipt?.why ?? null },
    };
  });
  terminal.show({ blocks }, () => {
    if (blocks.length === 0) return ['Nothing is blocked.'];
    return terminal.table(
      [{ title: 'Address' }, { title: 'Minutes left', align: 'right' }, { title: 'By' }, { title: 'Why' }],
      blocks.map(({ address, secondsLeft, by, why }) => [
        ...[address, String(Math.ceil(secondsLeft / 60)), by ?? 'not made here', visible(why ?? '')],
      ]),
    );
  });
}
