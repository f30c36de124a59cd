/** Buckets that other services of an account name: origins of CloudFront, and records of Route 53. */
import type * as CloudFrontSdk from '@aws-sdk/client-cloudfront';
import type * as DnsSdk from '@aws-sdk/client-route-53';
import { asFact, signalOption, type Asking } from './asking.ts';
import type { OutsideSource } from '../bucket-reader.ts';
import { bucketOfHost, isBareHost, type NamedBucket } from '../../references/named-buckets.ts';

/** `awsEndpoint` as in `AwsPlace`. */
export interface OutsidePlace {
  readonly region: string;
  readonly awsEndpoint: string | null;
}

/** A service that may not be asked is unread; the others are asked all the same. */
export async function readOutside(
  asking: Asking,
  { region, awsEndpoint }: OutsidePlace,
  signal: AbortSignal | undefined,
): Promise<readonly OutsideSource[]> {
  const options = {
    // Both are of no Region, and answer at one of each partition.
    region: region.startsWith('cn-') ? 'cn-northwest-1' : region.startsWith('us-gov-') ? 'us-gov-west-1' : 'us-east-1',
    maxAttempts: 1,
    requestHandler: {
      connectionTimeout: asking.settings.bucketsRequestTimeoutMs,
      requestTimeout: asking.settings.bucketsRequestTimeoutMs,
      throwOnRequestTimeout: true,
    },
    credentials: asking.clients.s3In(null).config.credentials,
    ...(awsEndpoint === null ? {} : { endpoint: awsEndpoint }),
  };
  return [
    { source: 'CloudFront', named: await asFact(() => originsOf(asking, options, signal)) },
    { source: 'Route 53', named: await asFact(() => recordsOf(asking, options, signal)) },
  ];
}

type Options = CloudFrontSdk.CloudFrontClientConfig & DnsSdk.Route53ClientConfig;

async function originsOf({ ask }: Asking, options: Options, signal?: AbortSignal): Promise<readonly NamedBucket[]> {
  const { default: sdk } = (await import('@aws-sdk/client-cloudfront')) as unknown as {
    readonly default: typeof CloudFrontSdk;
  };
  const client = new sdk.CloudFrontClient(options);
  try {
    const found: NamedBucket[] = [];
    let Marker: string | undefined;
    do {
      const command = new sdk.ListDistributionsCommand(Marker === undefined ? {} : { Marker });
      const { DistributionList: page } = await ask(() => client.send(command, signalOption(signal)), signal);
      for (const { Id, Origins } of page?.Items ?? []) {
        for (const { Id: origin, DomainName = '' } of Origins?.Items ?? []) {
          const name = bucketOfHost(DomainName);
          if (name !== null) found.push({ name, where: `CloudFront ${Id}, origin ${origin}` });
        }
      }
      Marker = page?.IsTruncated === true ? page.NextMarker : undefined;
    } while (Marker !== undefined);
    return found;
  } finally {
    client.destroy();
  }
}

async function recordsOf({ ask }: Asking, options: Options, signal?: AbortSignal): Promise<readonly NamedBucket[]> {
  const { default: sdk } = (await import('@aws-sdk/client-route-53')) as unknown as { readonly default: typeof DnsSdk };
  const client = new sdk.Route53Client(options);
  const sent = signalOption(signal);
  try {
    const found: NamedBucket[] = [];
    let Marker: string | undefined;
    do {
      const zones = new sdk.ListHostedZonesCommand(Marker === undefined ? {} : { Marker });
      const page = await ask(() => client.send(zones, sent), signal);
      for (const { Id } of page.HostedZones ?? []) {
        let from: Pick<DnsSdk.ListResourceRecordSetsCommandInput, `StartRecord${'Name' | 'Type' | 'Identifier'}`> = {};
        for (let isMore = true; isMore;) {
          const records = new sdk.ListResourceRecordSetsCommand({ HostedZoneId: Id, ...from });
          const some = await ask(() => client.send(records, sent), signal);
          found.push(...(some.ResourceRecordSets ?? []).flatMap(namedByRecord));
          isMore = some.IsTruncated === true && some.NextRecordName !== undefined;
          from = {
            StartRecordName: some.NextRecordName,
            StartRecordType: some.NextRecordType,
            StartRecordIdentifier: some.NextRecordIdentifier,
          };
        }
      }
      Marker = page.IsTruncated === true ? page.NextMarker : undefined;
    } while (Marker !== undefined);
    return found;
  } finally {
    client.destroy();
  }
}

/** S3 serves the bucket that is called like the host that was asked for, whatever stands in the record behind it. */
function namedByRecord({ Name = '', Type, ResourceRecords, AliasTarget }: DnsSdk.ResourceRecordSet): NamedBucket[] {
  const host = Name.replace(/\.$/, '').toLowerCase();
  const targets = [
    AliasTarget?.DNSName ?? '',
    ...(Type === 'CNAME' ? (ResourceRecords ?? []) : []).map(({ Value = '' }) => Value),
  ];
  const names = targets.flatMap((target) => {
    const named = bucketOfHost(target);
    return named !== null ? [named] : isBareHost(target) && !host.includes('\\') ? [host] : [];
  });
  return [...new Set(names)].map((name) => ({ name, where: `Route 53, record ${host}` }));
}
