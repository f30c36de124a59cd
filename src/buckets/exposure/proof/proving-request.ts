import { actionNamed } from '../../policy/actions.ts';
import type { ExposureFacts } from '../facts.ts';
import type { ProvingRequest } from '../ways.ts';

export interface Wanted {
  readonly action: string;
  /** The key; of no account where the action is about the bucket. */
  readonly key: string;
  readonly signed: boolean;
  readonly headers?: Readonly<Record<string, string>>;
  /** Further parameters of the query. */
  readonly query?: Readonly<Record<string, string>>;
  readonly needs?: readonly string[];
}

/** The smallest request for an action. Path style: it works on every store, and names with dots keep their certificate. */
export function requestFor(
  { bucket, endpoint, region, partition }: Pick<ExposureFacts, 'bucket' | 'endpoint' | 'region' | 'partition'>,
  { action, key, signed, headers = {}, query = {}, needs = [] }: Wanted,
): ProvingRequest {
  const known = actionNamed(action);
  const object = known?.on === 'bucket' ? '' : `/${key.split('/').map(encodeURIComponent).join('/')}`;
  const parameters = Object.entries(query).map(([name, value]) => `${name}=${encodeURIComponent(value)}`);
  const given = known?.query ?? '';
  const joined = parameters.length === 0 ? given : `${given}${given === '' ? '?' : '&'}${parameters.join('&')}`;
  const path = `/${bucket}${object}${joined}`;
  const method = known?.method ?? 'GET';
  const url = `${endpoint ?? awsEndpoint(region, partition)}${path}`;
  const options = Object.entries(headers).map(([name, value]) => ` -H ${quoted(`${name}: ${value}`)}`);
  const how = method === 'GET' ? '' : ` -X ${method}`;
  const sign = signed ? ' --aws-sigv4 aws:amz:REGION:s3 --user KEY:SECRET' : '';
  return {
    method,
    path,
    url,
    headers,
    signed,
    needs,
    action,
    command: `curl${how}${options.join('')}${sign} ${quoted(url)}`,
  };
}

export function awsEndpoint(region: string | null, partition: string): string {
  const domain = partition === 'aws-cn' ? 'amazonaws.com.cn' : 'amazonaws.com';
  return region === null ? `https://s3.${domain}` : `https://s3.${region}.${domain}`;
}

/** For a POSIX shell. */
function quoted(text: string): string {
  return text.includes("'") ? `'${text.replaceAll("'", String.raw`'\''`)}'` : `'${text}'`;
}
