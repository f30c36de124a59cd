import { isIP } from 'node:net';
import type { Command } from '../../base/commands/command.ts';
import { plainAddress } from '../../base/http/addresses.ts';
import { undoBlock } from '../blocking/block.ts';
import { openBlockReceipts } from '../blocking/receipts.ts';
import { shortestAddress } from '../store/address-words.ts';
import { stateFolderFrom, stateOption } from './state-option.ts';

export const unblockCommand: Command = {
  path: ['network', 'unblock'],
  summary: 'Take back a block, where nobody has changed it since',
  description:
    'By the id of its receipt, or by its address. Where somebody changed the rules in between it says what, and leaves them.',
  examples: [
    { run: 'sudo holdfast network unblock 203.0.113.7', does: 'Let it in again' },
    { run: 'sudo holdfast network unblock 0190f5d2-7b1e-7c3a-9d1f-3a5b7c9d1e2f', does: 'The block of a receipt' },
    { run: 'sudo holdfast network unblock 2001:db8::7 --json', does: 'For a script' },
  ],
  arguments: [{ name: 'BLOCK', about: 'An address, or the id of a receipt' }],
  options: [stateOption],
  async run(context, input) {
    const [given = ''] = input.args;
    const receipts = openBlockReceipts(stateFolderFrom(context, input));
    const address = shortestAddress(plainAddress(given));
    const receipt = await receipts.find(isIP(address) === 0 ? given : address);
    const undone = await undoBlock(receipt, receipts, context.clock);
    context.terminal.show(undone, () => [`${undone.address} is not blocked any more.`]);
  },
};
