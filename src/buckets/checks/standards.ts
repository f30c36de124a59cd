/** Where other people ask for the same, in the words of findings. */
import type { Reference } from '../../findings/index.ts';

/** AWS Foundational Security Best Practices, `S3.2`: those of the controls of Security Hub CSPM that are part of it. */
export function fsbp(id: string): Reference {
  return { ...securityHub(id), standard: 'FSBP' };
}

/** A control of Security Hub CSPM that is no part of the Foundational Security Best Practices. */
export function securityHub(id: string): Reference {
  const anchor = id.toLowerCase().replace('.', '-');
  const url = `https://docs.aws.amazon.com/securityhub/latest/userguide/s3-controls.html#${anchor}`;
  return { standard: 'Security Hub', id, url };
}

type CisVersion = '1.4' | '3.0' | '5.0' | '7.0';

/** CIS AWS Foundations Benchmark, by its versions: the same recommendation was numbered anew again and again. */
export function cis(ids: { readonly [Version in CisVersion]?: string }): readonly Reference[] {
  return Object.entries(ids).map(([version, id]) => ({ standard: `CIS AWS ${version}`, id }));
}

export const cisBlockPublicAccess = cis({ '1.4': '2.1.5', '3.0': '2.1.4', '5.0': '2.1.4', '7.0': '3.1.4' });

export function prowler(id: string): Reference {
  return { standard: 'Prowler', id };
}

export function attack(id: string): Reference {
  return { standard: 'ATT&CK', id, url: `https://attack.mitre.org/techniques/${id.replace('.', '/')}/` };
}
