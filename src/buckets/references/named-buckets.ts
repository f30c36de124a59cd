/** Names of buckets as they stand in host names and in texts. */

/** A bucket that something outside of the buckets' own settings names. */
export interface NamedBucket {
  readonly name: string;
  /** For people: `CloudFront E2EXAMPLE, origin media`, `deploy/site.yaml, line 12`. */
  readonly where: string;
}

const NAME = '[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]';
/** Of S3, behind the name of a bucket or before a path: by Region, dual stack, accelerated, as website. */
const S3_HOST =
  's3(?:-accelerate|-fips|-website)?(?:[.-](?:dualstack\\.)?[a-z]{2}(?:-[a-z]+)+-\\d|\\.dualstack)?\\.amazonaws\\.com(?:\\.cn)?';
const VIRTUAL_HOST = new RegExp(`^(${NAME})\\.${S3_HOST}\\.?$`);
const BARE_HOST = new RegExp(`^${S3_HOST}\\.?$`);

/** The bucket that a host name of S3 serves; `null`: it is none, or names no bucket. */
export function bucketOfHost(host: string): string | null {
  return VIRTUAL_HOST.exec(host.toLowerCase())?.[1] ?? null;
}

/** Behind such a host S3 serves the bucket that is called like the host that was asked for. */
export function isBareHost(host: string): boolean {
  return BARE_HOST.test(host.toLowerCase());
}

const IN_TEXT = new RegExp(
  [
    `\\bs3[an]?://(${NAME})(?![a-zA-Z0-9-]|\\.[a-zA-Z0-9$])`,
    `\\barn:aws[a-z-]*:s3:::(${NAME})(?![a-zA-Z0-9.*?\${-])`,
    `(?<![a-zA-Z0-9.}-])(${NAME})\\.${S3_HOST}(?![a-z0-9-])`,
    `(?<![a-zA-Z0-9.}-])${S3_HOST}/(${NAME})(?![a-zA-Z0-9.\${-])`,
  ].join('|'),
  'g',
);

const WORD = new RegExp(`(?<![a-zA-Z0-9._-])${NAME}(?![a-zA-Z0-9_-])`, 'g');

/**
 * Names that a line of a template or of code gives, each once: by URL, ARN or host, and those of `known` that stand there
 * as a word.
 */
export function namesInLine(line: string, known: ReadonlySet<string>): readonly string[] {
  const found = new Set([...line.matchAll(IN_TEXT)].flatMap((match) => match.slice(1).find(Boolean) ?? []));
  if (known.size > 0) for (const [word] of line.matchAll(WORD)) if (known.has(word)) found.add(word);
  return [...found];
}

/** A bucket that is called like an ordinary word would be found in every file. */
export function isDistinctive(name: string): boolean {
  return name.length >= 8 && /[-.0-9]/.test(name);
}
