/**
 * What differs between stores that speak S3, as data: the code asks these fields and never who made the store. Sources:
 * the vendors' manuals, rclone's provider table, and what the test of a bucket (`admin stores probe`) finds there.
 */
export interface S3Vendor {
  /** `bucket.host/key` needs DNS of its own per bucket, which few but the large clouds have. */
  readonly pathStyle: boolean;
  /** Whether the SDK adds checksums of its own that not every store knows. What nothing else protects carries a SHA-256 anyway. */
  readonly checksums: 'WHEN_SUPPORTED' | 'WHEN_REQUIRED';
  /** Asked for with every object when the URL names no other; `null`: nothing is asked, the store decides. */
  readonly encryption: 'AES256' | null;
  readonly minPartBytes: number;
  readonly maxParts: number;
  readonly maxObjectBytes: number;
  /** `If-None-Match: *` may be sent; whether it is obeyed the probe tells. */
  readonly conditional: boolean;
  /** An object can be put together from ranges of another one inside the store. */
  readonly partCopy: boolean;
  /** Versioning can be switched on. */
  readonly versioning: boolean;
}

const MIB = 2 ** 20;
const TIB = 2 ** 40;

/** The smaller world: what every store that speaks S3 can do. */
const ANY: S3Vendor = {
  pathStyle: true,
  checksums: 'WHEN_REQUIRED',
  encryption: null,
  minPartBytes: 5 * MIB,
  maxParts: 10_000,
  maxObjectBytes: 5 * TIB,
  conditional: true,
  partCopy: true,
  versioning: true,
};

/** By the name that `vendor=` of a store's URL takes. */
export const s3Vendors = {
  aws: { ...ANY, pathStyle: false, checksums: 'WHEN_SUPPORTED', encryption: 'AES256', maxObjectBytes: 48.8 * TIB },
  b2: { ...ANY, encryption: 'AES256', maxObjectBytes: 10 * TIB, conditional: false },
  ceph: ANY,
  garage: { ...ANY, versioning: false },
  gcs: { ...ANY, conditional: false, partCopy: false },
  minio: ANY,
  other: ANY,
  // 5 GiB below 5 TiB; all its objects are encrypted at rest, and it refuses to be asked.
  r2: { ...ANY, maxObjectBytes: 5 * TIB - 5 * 2 ** 30, versioning: false },
  // In parts of 5 GiB, which are the largest that S3 has.
  scaleway: { ...ANY, maxParts: 1_000, maxObjectBytes: 1_000 * 5 * 2 ** 30 },
  seaweedfs: ANY,
  // May answer conditions with 501, or take no notice of them.
  storagegrid: { ...ANY, conditional: false },
  versitygw: ANY,
  wasabi: ANY,
} as const satisfies Record<string, S3Vendor>;

export type S3VendorName = keyof typeof s3Vendors;

const HOSTS: readonly (readonly [RegExp, S3VendorName])[] = [
  [/\.amazonaws\.com(?:\.cn)?$/, 'aws'],
  [/\.backblazeb2\.com$/, 'b2'],
  [/\.r2\.cloudflarestorage\.com$/, 'r2'],
  [/\.scw\.cloud$/, 'scaleway'],
  [/\.wasabisys\.com$/, 'wasabi'],
  [/^storage\.googleapis\.com$/, 'gcs'],
];

/** What is known of the store that a place names. */
export function s3VendorOf({
  vendor,
  endpoint,
}: {
  readonly vendor: string | null;
  readonly endpoint: string | null;
}): S3Vendor {
  return s3Vendors[(vendor ?? vendorOf(endpoint)) as S3VendorName] ?? s3Vendors.other;
}

/** The vendor whose host an endpoint is; without an endpoint it is Amazon. */
export function vendorOf(endpoint: string | null): S3VendorName {
  if (endpoint === null) return 'aws';
  const host = URL.parse(endpoint)?.hostname ?? '';
  return HOSTS.find(([pattern]) => pattern.test(host))?.[1] ?? 'other';
}
