/** Verifies the audit trail of a server that is stopped, perhaps because nobody trusts it any more; changes nothing. */
import { existsSync } from 'node:fs';
import { signerOf, verifyAudit, type VerifyReport } from '../audit/index.ts';
import { readConfig, readEnvironment } from '../config/index.ts';
import { composeErrors } from './errors.ts';
import { openStopped } from './open-stopped.ts';

/** Throws `config_invalid`, `workspace_not_begun`, `data_in_use`, and what keeps a server from starting. */
export async function auditVerifyOffline(dataFolder: string): Promise<VerifyReport> {
  const config = readConfig({ data: dataFolder }, readEnvironment());
  if (config.records.kind === 'sqlite' && !existsSync(config.records.file)) {
    throw composeErrors('workspace_not_begun', {
      attempted: `Look at ${config.records.file}`,
      remedy: 'Give the folder that the server was started with: holdfast audit verify --data DIR.',
    });
  }
  await using stopped = await openStopped(config);
  const { records, primary, backup, workspaceKey } = stopped;
  const { publicKeys } = signerOf(workspaceKey);
  return await verifyAudit({ records, stores: { primary, backup }, publicKeys });
}
