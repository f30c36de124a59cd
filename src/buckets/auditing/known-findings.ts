/** What the guard of buckets has found so far, whatever became of it: on this computer, or at a server. */
import * as findings from '../../findings/index.ts';

const SOURCE = 'buckets';

export const knownFindingsIn = (place: Parameters<typeof findings.knownFindingsIn>[0]) =>
  findings.knownFindingsIn(place, SOURCE);

/** Those that somebody, or a rule, decided to live with. */
export const decidedFindingsIn = (place: Parameters<typeof findings.knownFindingsIn>[0]) =>
  findings.knownFindingsIn(place, SOURCE, 'accepted,suppressed');

/** `wanted`: only those in one of these states. */
export const knownFindings = (
  kept: Parameters<typeof findings.knownFindings>[0],
  wanted?: Parameters<typeof findings.knownFindings>[2],
) => findings.knownFindings(kept, SOURCE, wanted);
