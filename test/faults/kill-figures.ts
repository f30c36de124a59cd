import { count } from '../../src/base/text/quantities.ts';
import type { KillFigures } from './kill-rounds.ts';

/** What came of the rounds, in plain words, a line each. */
export function killFigures(figures: KillFigures, seconds: number): string[] {
  const { findings, settled, acts, moments } = figures;
  const { complaints, broken } = findings;
  const sum = (of: 'acknowledged' | 'unknown'): number =>
    [...acts.values()].reduce((total, each) => total + each[of], 0);
  const number = (value: number): string => value.toLocaleString('en');
  const rows = [...acts].map(
    ([kind, { acknowledged, unknown }]) =>
      `  ${kind.padEnd(16)} ${number(acknowledged).padStart(8)} ${number(unknown).padStart(8)}`,
  );
  const told = [...moments].map(([kind, times]) => `${kind} ${times}`);
  return [
    '',
    `rounds           ${figures.rounds}, and ${count(figures.killsInStart, 'kill', 'kills')} more while a server was starting, in ${Math.round(seconds)} s`,
    `killed at        ${told.join(', ')}`,
    '',
    '  act              answered  cut off',
    ...rows,
    '',
    `acknowledged     ${number(sum('acknowledged'))}`,
    `unknown          ${number(sum('unknown'))}: of those in own folders ${figures.unknownDone} were done and ${figures.unknownNotDone} were not, ${figures.unknownOther === 0 ? 'none' : figures.unknownOther} by half or otherwise; ${figures.repeated} were sent again${complaints.length === 0 ? ' and done once' : ''}`,
    `read back        ${number(findings.versions)} versions of ${number(findings.files)} files, ${number(Math.round(findings.bytes / 2 ** 20))} MiB, ${broken === 0 ? 'each whole and by its SHA-256' : `${number(broken)} of them not whole or not by their SHA-256`}`,
    ...(settled
      ? [
          settled.complaints.length === 0
            ? `at the end       ${number(settled.objects)} objects with both copies, ${number(settled.bytes)} bytes; usage, doctor, backup status and ${number(settled.auditEvents)} audit events agree`
            : `at the end       ${number(settled.objects)} objects, ${number(settled.bytes)} bytes and ${number(settled.auditEvents)} audit events do not agree in ${count(settled.complaints.length, 'place', 'places')}`,
          `unreferenced     ${settled.unreferenced.primary} objects in the first store and ${settled.unreferenced.backup} in the second that no record names (cut off before their record)`,
        ]
      : []),
    `lost             ${complaints.length}`,
    ...complaints.map((each) => `  ${each}`),
    '',
  ];
}
