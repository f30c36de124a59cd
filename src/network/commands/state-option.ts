import { resolve } from 'node:path';
import type { CommandContext, CommandInput, CommandOption } from '../../base/commands/command.ts';

export const stateOption: CommandOption = {
  name: 'state',
  value: 'DIR',
  about: 'Keep findings, receipts and what is known there',
};

export function stateFolderFrom(context: CommandContext, input: CommandInput): string {
  const folder = input.text('state');
  return folder === undefined ? context.stateFolder : resolve(context.workingFolder, folder);
}
