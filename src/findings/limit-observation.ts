/** What is observed where a place has as many findings as it may: that not everything wrong there is known. */
import type { Observation } from './finding.ts';
import type { RunRow } from './records.ts';

export const LIMIT_CHECK = 'findings-limit';

export function limitObservation(
  { source, scope, leftOut = 0 }: Pick<RunRow, 'source' | 'scope' | 'leftOut'>,
  most: number,
): Observation {
  return {
    kind: 'compliance',
    check: `${source}-${LIMIT_CHECK}`,
    title: `More was found at ${scope} than is kept`,
    resource: { uid: scope, type: 'place', name: scope },
    severity: 'high',
    verdict: 'fail',
    evidence: [
      { label: 'Kept', value: String(most) },
      ...(leftOut > 0 ? [{ label: 'Left out by the last look', value: String(leftOut) }] : []),
    ],
    rationale:
      'What is new there is left out, so that one place does not fill the records. So many findings are a fault of a check, or somebody who makes them.',
    remedy:
      'See what they are. A host that is no longer yours: revoke it, then forget it, which closes them. If they are all right, raise HOLDFAST_FINDINGS_PER_PLACE.',
    references: [],
  };
}
