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
  ['Glue', (account, region) => `aws-glue-scripts-${account}-${region}`],
  ['Glue', (account, region) => `aws-glue-temporary-${account}-${region}`],
  ['SageMaker', (account, region) => `sagemaker-${region}-${account}`],
  ['EMR Studio', (account, region) => `aws-emr-studio-${account}-${region}`],
  ['EMR', (account, region) => `aws-logs-${account}-${region}`],
  ['CodeStar', (account, region) => `aws-codestar-${region}-${account}`],
  ['CDK', (account, region) => `cdk-hnb659fds-assets-${account}-${region}`],
  ['Elastic Beanstalk', (account, region) => `elasticbeanstalk-${region}-${account}`],
  ['Athena', (account, region) => `aws-athena-query-results-${account}-${region}`],
  ['Braket', (account, region) => `amazon-braket-${region}-${account}`],
];

export type PredictedName = Omit<ServiceName, 'holder'>;

/**
 * What services would take in these Regions. CloudFormation and Service Catalog use one hash for each account in all
 * Regions: where one of the own names shows it, the others follow.
 */
export function predictServiceNames(
  accountId: string,
  regions: readonly string[],
  own: Iterable<string>,
): readonly PredictedName[] {
  const hashes = new Set([...own].flatMap((name) => /^cf-templates-([a-z0-9]{10,16})-[a-z]{2}-/.exec(name)?.[1] ?? []));
  return regions.flatMap((region) => [
    ...PATTERNS.map(([service, nameOf]) => ({ service, region, name: nameOf(accountId, region) })),
    ...[...hashes].map((hash) => ({ service: 'CloudFormation', region, name: `cf-templates-${hash}-${region}` })),
  ]);
}

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
  const names = predictServiceNames(accountId, regions, ours);
  const found: ServiceName[] = [];
  const lookUp = async (each: PredictedName): Promise<ServiceName> => {
    const holder: Fact<'nobody' | 'us' | 'others'> = ours.has(each.name)
      ? known('us')
      : await reader.holder(each.name, signal);
    return { ...each, holder };
  };
  for await (const name of eachAtOnce(names, atOnce, lookUp)) found.push(name);
  return found;
}
