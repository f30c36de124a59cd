/** What a check of a host said, in the short form that tests compare. */
import type { Ran } from '../../../src/host/index.ts';

/** `severity resource: evidence` of all that failed, sorted; severity `-` is the check's own. Throws if it broke off. */
export function failed(ran: Ran): readonly string[] {
  whole(ran);
  return ran.verdicts
    .flatMap((each) => (each.verdict === 'fail' ? [`${each.severity ?? '-'} ${each.resource}: ${each.evidence}`] : []))
    .toSorted();
}

/** The words of its verdicts, each once: `pass`, `unknown`. Throws if it broke off. */
export function words(ran: Ran): readonly string[] {
  whole(ran);
  return [...new Set(ran.verdicts.map(({ verdict }) => verdict))].toSorted();
}

function whole({ outcome, said, verdicts }: Ran): void {
  if (outcome !== 'done' || verdicts.length === 0) throw new Error(`The check is ${outcome}: ${said}`);
}
