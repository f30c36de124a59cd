/** Where other people ask for the same, in the words of findings. */
import type { Reference } from '../../findings/index.ts';

/** AWS Foundational Security Best Practices, `S3.2`, as Security Hub CSPM numbers its controls. */
export function fsbp(id: string): Reference {
  const anchor = id.toLowerCase().replace('.', '-');
  const url = `https://docs.aws.amazon.com/securityhub/latest/userguide/s3-controls.html#${anchor}`;
  return { standard: 'FSBP', id, url };
}

/** CIS AWS Foundations Benchmark. */
export function cis(version: '1.4' | '3.0' | '5.0' | '7.0', id: string): Reference {
  return { standard: `CIS AWS ${version}`, id };
}

export function prowler(id: string): Reference {
  return { standard: 'Prowler', id };
}

export function attack(id: string): Reference {
  return { standard: 'ATT&CK', id, url: `https://attack.mitre.org/techniques/${id.replace('.', '/')}/` };
}
