/** The guard of buckets as it runs on somebody's own computer: its findings and its files in one state folder. */
import { mkdir } from 'node:fs/promises';
import { openAwsReader, openAwsWriter, openStateFiles } from '../../buckets/index.ts';
import type { LocalGuard } from '../../buckets/commands.ts';
import { configErrors, endpointEnvironment, readEnvironment, readSettings } from '../../config/index.ts';
import { openLocalFindings } from '../local-findings.ts';

/** Throws `config_invalid` when a setting in the environment cannot be used. */
export async function openLocalGuard(stateFolder: string): Promise<LocalGuard> {
  const environment = readEnvironment();
  const mistakes: string[] = [];
  const { buckets: settings } = readSettings(environment, (text) => void mistakes.push(text));
  if (mistakes.length > 0) {
    throw configErrors('config_invalid', { detail: mistakes.join('\n'), extra: { mistakes } });
  }
  const awsEndpoint = endpointEnvironment.flatMap((name) => environment[name] ?? [])[0] ?? null;
  await mkdir(stateFolder, { recursive: true, mode: 0o700 });
  const findings = await openLocalFindings(stateFolder);
  return {
    settings,
    files: openStateFiles(stateFolder),
    findings,
    sink: findings.sink,
    openReader: (place) => openAwsReader({ ...place, region: null, awsEndpoint }, settings),
    openWriter: (place) => openAwsWriter({ ...place, region: null, awsEndpoint }, settings),
    [Symbol.asyncDispose]: () => findings[Symbol.asyncDispose](),
  };
}
