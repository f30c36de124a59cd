import type { ExposureFacts } from './facts.ts';
import type { Disagreement, Way } from './ways.ts';

/** Where what the store says of the policy (`IsPublic`) is not what its statements say. */
export function statusDisagreements(
  { policyStatus, endpoint }: ExposureFacts,
  isPublic: boolean,
  ways: readonly Way[],
): Disagreement[] {
  if ('unread' in policyStatus || policyStatus.value === null) return [];
  const said = policyStatus.value;
  const way = ways.find(({ from, level }) => from === 'policy' && level === 'public');
  const store = endpoint === null ? 'AWS' : 'The store';
  if (!said && way !== undefined) {
    return [told(`${store} says that the policy is not public, but strangers get in: ${way.explanation}`)];
  }
  if (!said && isPublic)
    return [told(`${store} says that the policy is not public, though it grants to more than fixed values`)];
  if (said && !isPublic) {
    return [told(`${store} says that the policy is public, though no statement of it lets strangers in`)];
  }
  return [];
}

function told(explanation: string): Disagreement {
  return { with: 'policy-status', explanation };
}
