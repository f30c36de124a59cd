import { abilitiesShown, type Probe, type ProbedRequest } from './anonymous-probe.ts';
import { isWorse, publicVerdictOf } from './verdict.ts';
import { abilities, type Ability, type Disagreement, type Exposure } from './ways.ts';

/**
 * A verdict together with what anonymous requests found. What got in counts, whatever was read; what was refused lowers
 * nothing, because a stranger may come with an account, from elsewhere or with another name. Where the two do not agree
 * it is told.
 */
export function withProbe(exposure: Exposure, probe: Probe): Exposure {
  const may = new Set([...exposure.strangersMay, ...probe.strangersMay]);
  const strangersMay = abilities.filter((ability) => may.has(ability));
  const found = publicVerdictOf(probe.strangersMay);
  const raised = found !== null && isWorse(found, exposure.verdict);
  const shown = unexpectedOf(probe, exposure.strangersMay);
  const [first] = shown;
  return {
    ...exposure,
    verdict: raised ? found : exposure.verdict,
    summary: raised && first !== undefined ? `${gotIn(first)}.` : exposure.summary,
    strangersMay,
    disagreements: [...exposure.disagreements, ...shown.map(unexpected), ...refusedProofs(exposure, probe)],
  };
}

/** What got more than was read; that names are told is said once, and not at all where the list itself was given. */
function unexpectedOf({ requests }: Probe, known: readonly Ability[]): readonly ProbedRequest[] {
  const more = requests.filter((request) => abilitiesShown(request).some((ability) => !known.includes(ability)));
  const letIn = more.filter(({ outcome }) => outcome === 'let-in');
  const isListed = letIn.some(({ ability }) => ability === 'list');
  return isListed ? letIn : [...letIn, ...more.filter(({ outcome }) => outcome === 'absent').slice(0, 1)];
}

function unexpected(request: ProbedRequest): Disagreement {
  return { with: 'probe', explanation: `${gotIn(request)}, though nothing that was read lets it` };
}

function gotIn({ method, url, why, outcome }: ProbedRequest): string {
  return outcome === 'absent'
    ? `An anonymous ${method} ${url} is told that there is no such object (${why})`
    : `An anonymous ${method} ${url} gets in (${why})`;
}

/** Ways that need nothing but a plain request, of which all that were made were refused. */
function refusedProofs({ ways }: Exposure, { requests }: Probe): Disagreement[] {
  const plain = ways.filter(({ level, stoppedBy, request, conditions, resources }) => {
    const whole = resources.some((resource) => resource === '*' || resource === '');
    const simple = request !== null && !request.signed && request.needs.length === 0;
    return level === 'public' && stoppedBy.length === 0 && simple && whole && conditions.length === 0;
  });
  return plain.flatMap(({ abilities: able, explanation, takenAway }) => {
    const made = requests.filter(({ ability }) => able.includes(ability));
    const refused = made.length > 0 && made.every(({ outcome }) => outcome === 'refused');
    if (!refused || takenAway.length > 0) return [];
    return [{ with: 'probe' as const, explanation: `Every anonymous request was refused, though: ${explanation}` }];
  });
}
