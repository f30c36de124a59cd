/**
 * Names of buckets that services of AWS make by themselves and that follow from account and Region. Source: the research
 * on shadow resources (Aqua Security, 2024), and the checks of others that look for the same.
 */
import type { ServiceName } from './bucket-facts.ts';
import type { BucketReader } from './bucket-reader.ts';
import { known, type Fact } from './fact.ts';
import { eachAtOnce } from './gather.ts';

const PATTERNS: readonly (readonly [service: string, name: (account: string, region: string) => string])[] = [
  ['Glue', (account, region) => `aws-glue-assets-${account}-${region}`],
  ['SageMaker', (account, region) => `sagemaker-${region}-${account}`],
  ['EMR Studio', (account, region) => `aws-emr-studio-${account}-${region}`],
  ['CodeStar', (account, region) => `aws-codestar-${region}-${account}`],
];

export interface LookUpNames {
  readonly reader: BucketReader;
  readonly accountId: string;
  readonly regions: readonly string[];
  /** Buckets of the account, which are not asked for. */
  readonly ours: ReadonlySet<string>;
  readonly atOnce: number;
  readonly signal?: AbortSignal;
}

export async function lookUpServiceNames(look: LookUpNames): Promise<readonly ServiceName[]> {
  const { reader, accountId, regions, ours, atOnce, signal } = look;
  const names = regions.flatMap((region) =>
    PATTERNS.map(([service, nameOf]) => ({ service, region, name: nameOf(accountId, region) })),
  );
  const found: ServiceName[] = [];
  const lookUp = async (each: Omit<ServiceName, 'holder'>): Promise<ServiceName> => {
    const holder: Fact<'nobody' | 'us' | 'others'> = ours.has(each.name)
      ? known('us')
      : await reader.holder(each.name, signal);
    return { ...each, holder };
  };
  for await (const name of eachAtOnce(names, atOnce, lookUp)) found.push(name);
  return found;
}
