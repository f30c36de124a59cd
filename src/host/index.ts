/**
 * host/ looks at the machine it runs on: what is set up wrong, and what somebody may have left there. What it finds can be
 * mended so that it can be taken back. Its checks are scripts of the system's own shell (checks/linux/), one file each;
 * native/prelude.sh is what they are written with. Start reading in checks/header.ts and running/run-check.ts.
 */
export { hostErrors } from './errors.ts';
export { parseHeader, type CheckHeader } from './checks/header.ts';
export { hostChecks } from './checks/load.ts';
export { openHostFacts } from './facts/kept.ts';
export { lookAtFacts } from './facts/look.ts';
export { findMysqlLog, mysqlLogOn } from './facts/mysql-log.ts';
export { openHostFirewall } from './firewall/firewall.ts';
export { runCheck, type Ground, type Ran } from './running/run-check.ts';
export { applyFix, planFix, type FixDeps } from './fixing/apply.ts';
export { describeStep } from './fixing/describe.ts';
export { undoFix } from './fixing/undo.ts';
export { windowsPlace } from './running/start-powershell.ts';
export { platformHere } from './system/platform.ts';
export { openHostFiles } from './state/host-files.ts';
export type { ProbeName } from './probes/probe-names.ts';
export { startProbes, type Probed } from './probes/probes.ts';
export { hostReportOf, partNames, type MadeReport, type PartName, type ReportPart } from './reporting/host-report.ts';
export { hardeningOf } from './scanning/hardening.ts';
export { scanHost } from './scanning/scan.ts';
export { detectSystem } from './system/system.ts';
export { needTrustedState } from './trusted.ts';
