/** What the verbs of host/ work with: this computer's state folder. */
import { resolve } from 'node:path';
import type { CommandContext, CommandInput, CommandOption } from '../../base/commands/command.ts';
import type { FindingsPlace, FindingsSink } from '../../findings/index.ts';
import type { KeptFacts } from '../facts/changes.ts';
import type { HostFirewall } from '../firewall/firewall.ts';
import type { WindowsPlace } from '../running/start-powershell.ts';
import type { HostSettings } from '../settings.ts';
import type { HostFiles } from '../state/host-files.ts';
import type { Snapshots } from '../state/snapshots.ts';

export interface LocalHost extends AsyncDisposable {
  readonly settings: HostSettings;
  /** Where this computer is Windows. */
  readonly windows?: WindowsPlace;
  readonly files: HostFiles;
  readonly firewall: HostFirewall;
  readonly facts: Snapshots<KeptFacts>;
  readonly findings: FindingsPlace;
  readonly sink: FindingsSink;
  readonly stateFolder: string;
  /** What starts this program again: the runtime, its flags, the file. */
  readonly ownCommand: readonly string[];
}

/** Opens what is kept in a state folder; makes it when it is missing. */
export type OpenLocalHost = (stateFolder: string) => Promise<LocalHost>;

export const stateOption: CommandOption = {
  name: 'state',
  value: 'DIR',
  about: 'Keep findings, receipts and what is known there',
};

export function stateFolderFrom(context: CommandContext, input: CommandInput): string {
  const folder = input.text('state');
  return folder === undefined ? context.stateFolder : resolve(context.workingFolder, folder);
}
