/** The network analyser as it runs on somebody's own computer. */
import { parseNetworks } from '../base/http/addresses.ts';
import { configErrors } from '../config/errors.ts';
import { readEnvironment, settingsIn } from '../config/index.ts';
import type { LocalNetwork } from '../network/commands.ts';

/** Throws `config_invalid` when a setting in the environment cannot be used. */
export async function openLocalNetwork(): Promise<LocalNetwork> {
  const environment = readEnvironment();
  return {
    settings: settingsIn(environment).network,
    ...addressFilesIn(environment),
    neverBlock: neverBlockIn(environment),
    stdin: process.stdin,
  };
}

/** Files in which addresses are looked up. */
export function addressFilesIn(
  environment: Readonly<Record<string, string>>,
): Pick<LocalNetwork, 'blockLists' | 'addressDatabases'> {
  return {
    blockLists: partsOf(environment['HOLDFAST_NETWORK_BLOCKLISTS']),
    addressDatabases: partsOf(environment['HOLDFAST_NETWORK_GEOIP']),
  };
}

function neverBlockIn(environment: Readonly<Record<string, string>>): readonly string[] {
  const entries = partsOf(environment['HOLDFAST_NETWORK_NEVER_BLOCK']);
  const { wrong } = parseNetworks(entries);
  if (wrong.length === 0) return entries;
  const mistake = `HOLDFAST_NETWORK_NEVER_BLOCK names “${wrong.join('”, “')}”: addresses and networks such as 192.0.2.0/24 are wanted.`;
  throw configErrors('config_invalid', { detail: mistake, extra: { mistakes: [mistake] } });
}

function partsOf(text = ''): readonly string[] {
  return text
    .split(',')
    .map((part) => part.trim())
    .filter(Boolean);
}
