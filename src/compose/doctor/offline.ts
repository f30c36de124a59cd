/** The doctor for a server that is stopped, perhaps because it does not start: looks, and changes nothing. */
import { existsSync } from 'node:fs';
import { systemClock } from '../../base/clock.ts';
import { HoldfastError } from '../../base/errors.ts';
import { readConfig, readEnvironment } from '../../config/index.ts';
import { backupStatus } from '../../files/index.ts';
import type { ObjectStore } from '../../storage/index.ts';
import { type DoctorReport, runDoctor } from './doctor.ts';
import { stoppedCertificateCheck } from './certificate.ts';
import { check, type DoctorCheck } from './check.ts';
import { openStopped } from '../open-stopped.ts';
import { isStillOurs } from '../stores/workspace-marker.ts';
import { judgeWritable } from './writable.ts';

/** Rejects with `config_invalid` alone; everything else that is wrong is a failed check of the report. */
export async function doctorOffline(dataFolder: string): Promise<DoctorReport> {
  const config = readConfig({ data: dataFolder }, readEnvironment());
  const clock = systemClock;
  if (config.records.kind === 'sqlite' && !existsSync(config.records.file)) {
    const remedy = 'Give the folder that the server was started with: holdfast doctor --data DIR.';
    return failed('records', `There are no records at ${config.records.file}.`, remedy);
  }
  try {
    await using stopped = await openStopped(config);
    const { records, examineTable, examineFile, primary, backup, workspaceKey } = stopped;
    const { copyOverdueMs, copiesBeforeAck } = config.settings.files;
    const ours = (store: ObjectStore) => isStillOurs(store, workspaceKey.workspaceId);
    const copies = () =>
      backupStatus({ records, stores: { primary, backup }, clock, copyOverdueMs, copiesBeforeAck, isStillOurs: ours });
    const report = await runDoctor({
      config,
      clock,
      records,
      examineTable,
      examineFile,
      primary,
      backup,
      workspaceId: workspaceKey.workspaceId,
      copies,
      notifications: null,
      certificate: null,
    });
    const writable = await check('writable', () => judgeWritable(config));
    return { checks: [...report.checks, writable, ...(await stoppedCertificateCheck(config, clock))] };
  } catch (error) {
    if (!(error instanceof HoldfastError)) throw error;
    if (error.code === 'data_in_use') {
      const remedy = 'Ask the server itself: `holdfast doctor`, logged in as an admin. Or stop it first.';
      return failed(error.code, `A server uses this data folder: ${error.detail ?? 'another process'}.`, remedy);
    }
    return failed(error.code, `${error.message}.`, error.remedy);
  }
}

function failed(id: string, what: string, remedy: string): DoctorReport {
  const check: DoctorCheck = { id, verdict: 'fail', what, remedy };
  return { checks: [check] };
}
