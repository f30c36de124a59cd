/** Where objects and their second copies lie: `file:///srv/objects`, or `s3://BUCKET/PREFIX?region=eu-central-1`. */
import { fileFromUrl, isProfile, type Mistake, withoutSecrets } from './store-url.ts';

export type S3Place = {
  readonly kind: 's3';
  readonly bucket: string;
  /** Empty, or with a slash at its end. */
  readonly prefix: string;
  /** `null`: Amazon's of the Region, or what AWS_ENDPOINT_URL_S3, AWS_ENDPOINT_URL or the AWS profile names. */
  readonly endpoint: string | null;
  /** `null`: what the standard AWS chain says (AWS_REGION, the profile, the machine). */
  readonly region: string | null;
  /** `null`: told by the endpoint. */
  readonly vendor: (typeof vendors)[number] | null;
  readonly pathStyle: boolean | null;
  /** Server-side encryption, on top of our own; `null`: what is usual with the vendor. */
  readonly encryption: (typeof encryptions)[number] | null;
  readonly kmsKeyId: string | null;
  /** Of the shared AWS files; its credentials are used for this store alone. Without it: those of the standard AWS chain. */
  readonly profile?: string;
};

export type ObjectsPlace =
  | {
      readonly kind: 'folder';
      /** Absolute. */
      readonly folder: string;
    }
  | S3Place;

/** The same names as in storage/objects/s3/vendors.ts; a test compares. */
export const vendors = [
  'aws',
  'b2',
  'ceph',
  'garage',
  'gcs',
  'minio',
  'other',
  'r2',
  'scaleway',
  'seaweedfs',
  'storagegrid',
  'versitygw',
  'wasabi',
] as const;
const encryptions = ['none', 'AES256', 'aws:kms'] as const;
const styles = ['path', 'host'] as const;

/** What may stand behind the `?`, each with the shape of its value. */
const PARAMETERS = {
  endpoint: isEndpoint,
  region: (text: string) => /^[A-Za-z0-9-]{1,64}$/.test(text),
  vendor: (text: string) => vendors.some((name) => name === text),
  style: (text: string) => styles.some((name) => name === text),
  encryption: (text: string) => encryptions.some((name) => name === text),
  // An id, an alias or an ARN.
  kmsKey: (text: string) => /^[A-Za-z0-9:/_.-]{1,2048}$/.test(text),
  profile: isProfile,
} as const;

const WANTED: Readonly<Record<keyof typeof PARAMETERS, string>> = {
  endpoint: 'an http or https URL without a path or a user',
  region: 'a Region such as eu-central-1',
  vendor: `one of ${vendors.join(', ')}`,
  style: 'path or host',
  encryption: 'none, AES256 or aws:kms',
  kmsKey: 'the id, alias or ARN of a key',
  profile: 'the name of a profile in the AWS files (letters, digits, dot, @, underscore, hyphen)',
};

/** Rules of Amazon, which are the strictest. */
const BUCKET = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;
/** Room is left for the longest key of ours below it. */
const PREFIX = /^(?:[A-Za-z0-9_-][A-Za-z0-9._-]{0,99}\/){0,4}$/;

export interface ObjectsUrl {
  /** The environment variable, for messages. */
  readonly name: string;
  /** `objects`, `the second copies`. */
  readonly what: string;
  readonly text: string;
  readonly fallbackFolder: string;
  /** From the AWS environment; what the URL says comes first. */
  readonly endpoint: string | null;
}

/** The place that a URL names; the folder to fall back to, and a mistake told, when it names none. */
export function readObjectsUrl(
  { name, what, text, fallbackFolder, endpoint }: ObjectsUrl,
  mistake: Mistake,
): ObjectsPlace {
  const fallback: ObjectsPlace = { kind: 'folder', folder: fallbackFolder };
  if (!/^s3:/i.test(text)) {
    return {
      kind: 'folder',
      folder: fileFromUrl(name, `${what} in folders or in S3 (s3://BUCKET)`, text, fallbackFolder, mistake),
    };
  }
  const wrong = (why: string): ObjectsPlace => {
    mistake(`${name} is “${withoutSecrets(text)}”: ${why}`);
    return fallback;
  };
  const url = URL.parse(text);
  if (!url) return wrong('a URL such as s3://BUCKET/PREFIX?region=eu-central-1 is wanted.');
  if (url.username || url.password)
    return wrong('credentials do not belong here; profile=NAME, AWS_PROFILE and its kin name them.');
  if (!BUCKET.test(url.host) || url.hash) {
    return wrong('a bucket of 3-63 lower-case letters, digits, dots and hyphens is wanted, as in s3://BUCKET.');
  }
  const path = url.pathname.replace(/^\/+|\/+$/g, '');
  const prefix = path === '' ? '' : `${path}/`;
  if (!PREFIX.test(prefix)) {
    return wrong('the path behind the bucket takes up to four names of letters, digits, dot, underscore and hyphen.');
  }
  const given: Partial<Record<keyof typeof PARAMETERS, string>> = {};
  for (const [key, value] of url.searchParams) {
    if (!isParameter(key)) return wrong(`behind the “?”, only ${Object.keys(PARAMETERS).join(', ')} may be given.`);
    if (!PARAMETERS[key](value)) return wrong(`its ${key} is not ${WANTED[key]}.`);
    given[key] = value;
  }
  if (given.kmsKey !== undefined && given.encryption !== 'aws:kms') return wrong('kmsKey needs encryption=aws:kms.');
  return {
    kind: 's3',
    bucket: url.host,
    prefix,
    endpoint: given.endpoint?.replace(/\/$/, '') ?? endpoint,
    region: given.region ?? null,
    vendor: vendors.find((vendor) => vendor === given.vendor) ?? null,
    pathStyle: given.style === undefined ? null : given.style === 'path',
    encryption: encryptions.find((kind) => kind === given.encryption) ?? null,
    kmsKeyId: given.kmsKey ?? null,
    ...(given.profile === undefined ? {} : { profile: given.profile }),
  };
}

function isParameter(key: string): key is keyof typeof PARAMETERS {
  return Object.hasOwn(PARAMETERS, key);
}

function isEndpoint(text: string): boolean {
  const url = URL.parse(text);
  return url !== null && /^https?:$/.test(url.protocol) && url.href === `${url.origin}/`;
}
