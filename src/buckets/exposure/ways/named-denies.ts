import type { Compiled } from '../../policy/compiled.ts';
import { meansAllStrangers } from '../../policy/strangers/principals.ts';
import type { Audience } from '../ways.ts';

/**
 * The statements of kind Deny that hold for a named party for certain. Conditions are left out: what such a party can
 * fulfil is not known, so nothing that hangs on them counts as taken away.
 */
export function ownDenies(denies: readonly Compiled[], { names }: Audience): Compiled[] {
  return denies.filter(({ statement: { principals }, conditions }) => {
    if (conditions.length > 0) return false;
    if (!principals.negated) return principals.everyone || names.every((name) => principals.aws.includes(name));
    // What spares strangers may spare anybody.
    if (!meansAllStrangers(principals)) return false;
    const spared = [...principals.aws, ...principals.services, ...principals.federated, ...principals.canonical];
    return !names.some((name) => spared.some((other) => other === name || accountOf(other) === accountOf(name)));
  });
}

/** Two that may be the same: by their account, where they have one. */
function accountOf(name: string): string {
  return name.startsWith('arn:') ? (name.split(':')[4] ?? name) : name;
}
