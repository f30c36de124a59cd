import type { Passed } from '../../policy/entry.ts';
import type { Passage } from '../ways/policy-ways.ts';
import { requestFor } from './proving-request.ts';
import type { Ability, ProvingRequest } from '../ways.ts';

/** What proves the verdict is shown: writing before reading before listing. */
const ORDER: readonly Ability[] = ['write', 'acl-write', 'policy-write', 'control', 'read', 'list', 'settings'];

/** `signed`: nobody gets in without an account, whatever the search says. */
export function provingRequest(passage: Passage, passed: readonly Passed[], signed = false): ProvingRequest | null {
  // Without an account before with one; between equals the first, which is the plainest.
  let best: Passed | undefined;
  for (const each of passed) if (best === undefined || place(each) < place(best)) best = each;
  if (best === undefined) return null;
  const { facts, through } = passage;
  const { witness, action } = best;
  const { headers, query, needs } = carried(best);
  return requestFor(through === null ? facts : { ...facts, bucket: through }, {
    action: action.name,
    key: witness.key,
    signed: signed || witness.profile.signed,
    headers,
    query,
    needs: through === null ? needs : [`goes through the access point ${through}`, ...needs],
  });
}

function place({ action, witness }: Passed): number {
  return ORDER.indexOf(action.ability) + (witness.profile.signed ? ORDER.length : 0);
}

const HEADERS: Readonly<Record<string, string>> = {
  'aws:referer': 'Referer',
  'aws:useragent': 'User-Agent',
};
const PARAMETERS: Readonly<Record<string, string>> = {
  's3:prefix': 'prefix',
  's3:delimiter': 'delimiter',
  's3:max-keys': 'max-keys',
};

function carried({ action, witness: { profile, values, assumed } }: Passed) {
  const headers: Record<string, string> = {};
  const query: Record<string, string> = {};
  const needs: string[] = action.needs === null ? [] : [action.needs];
  if (assumed) needs.push('the policy is too intricate to name the request; that there is one is assumed');
  if (profile.vpc) needs.push('comes out of any network (VPC) at AWS, through an endpoint');
  for (const [name, value] of values) {
    const header = HEADERS[name] ?? (name.startsWith('s3:x-amz-') ? name.slice('s3:'.length) : undefined);
    const parameter = PARAMETERS[name];
    if (value === null) continue;
    if (header !== undefined) headers[header] = value;
    else if (parameter !== undefined) query[parameter] = value;
    else if (name === 'aws:sourceip') needs.push(`comes from ${value}`);
    else if (name === 'aws:securetransport') needs.push(value === 'true' ? 'comes over TLS' : 'comes without TLS');
    else needs.push(`${name} is ${value}`);
  }
  return { headers, query, needs };
}
