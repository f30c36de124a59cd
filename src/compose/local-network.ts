/** The network analyser as it runs on somebody's own computer. */
import { readEnvironment, settingsIn } from '../config/index.ts';
import type { LocalNetwork } from '../network/commands.ts';

/** Throws `config_invalid` when a setting in the environment cannot be used. */
export async function openLocalNetwork(): Promise<LocalNetwork> {
  return { settings: settingsIn(readEnvironment()).network, stdin: process.stdin };
}
