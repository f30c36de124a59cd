import { newId } from '../../base/ids.ts';
import type { AnonymousAnswer, AskAnonymously } from './anonymous-client.ts';
import { REDIRECTS, regionIn, styled, type AddressStyle } from './anonymous-url.ts';
import { requestFor } from './proof/proving-request.ts';
import { abilities, type Ability } from './ways.ts';

/** Names that strangers try first; whoever can only read known names is found by them. */
export const COMMON_KEYS: readonly string[] = [
  'index.html',
  'robots.txt',
  '.env',
  '.git/HEAD',
  'backup.zip',
  'backup.sql',
  'backup.tar.gz',
  'dump.sql',
  'config.json',
  'credentials.csv',
  'terraform.tfstate',
];

export interface ProbeTarget {
  readonly bucket: string;
  /** `null`: AWS. */
  readonly endpoint: string | null;
  readonly region: string | null;
  readonly partition: string;
  /** Keys that are known to be there: a canary, or a sample. At most {@link KEYS_LIMIT} are asked for. */
  readonly keys: readonly string[];
}

export interface ProbeOptions {
  readonly signal: AbortSignal;
  readonly style?: AddressStyle;
  /** Also asks to write: a body under a wrong checksum, which no store keeps. Default false: writes are not tried. */
  readonly writes?: boolean;
}

export interface ProbedRequest {
  readonly action: string;
  readonly ability: Ability;
  readonly method: string;
  readonly url: string;
  readonly key: string | null;
  /** `null`: no answer. */
  readonly status: number | null;
  /** `absent`: it is not there, which is told to those alone who may see names. */
  readonly outcome: 'let-in' | 'refused' | 'absent' | 'no-answer';
  readonly why: string;
}

export interface Probe {
  readonly requests: readonly ProbedRequest[];
  /** What anonymous requests did. */
  readonly strangersMay: readonly Ability[];
  /** What was not tried, with the reason. */
  readonly skipped: readonly string[];
}

/** Known keys that are asked for, beside the common ones and those that a listing showed. */
const KEYS_LIMIT = 20;
/** Keys out of a listing that are asked for. */
const LISTED_LIMIT = 5;
/** A URL takes these parts out, and what stands before them: `../theirs/key` of a listing would ask another bucket. */
const LEADS_ELSEWHERE = /(?:^|\/)\.{1,2}(?:\/|$)/;

/**
 * Asks a bucket of one's own as a stranger would: lists it, reads its ACL, and the first byte of objects by known and by
 * common names. It changes nothing. Whoever asks somebody else's bucket so should have their leave.
 */
export async function probeAnonymously(
  target: ProbeTarget,
  ask: AskAnonymously,
  options: ProbeOptions,
): Promise<Probe> {
  const one = async (action: string, ability: Ability, key: string | null, more: Partial<Sent> = {}) =>
    await probeOne(target, ask, options, { action, ability, key, query: {}, headers: {}, ...more });
  const list = await one('s3:ListBucket', 'list', null, { query: { 'max-keys': String(LISTED_LIMIT) } });
  const requests = [list.request, (await one('s3:GetBucketAcl', 'settings', null)).request];
  const keys = new Set([...target.keys.slice(0, KEYS_LIMIT), ...COMMON_KEYS, ...keysIn(list.answer)]);
  const skipped = ['deleting, which cannot be tried without doing it'];
  for (const key of keys) {
    if (LEADS_ELSEWHERE.test(key)) {
      skipped.push(`reading ${JSON.stringify(key)}, which no URL can name`);
      continue;
    }
    const { request } = await one('s3:GetObject', 'read', key, { headers: { range: 'bytes=0-0' } });
    requests.push(request);
  }
  if (options.writes === true) {
    const headers = { 'content-md5': WRONG_MD5, 'content-length': '1' };
    const { request } = await one('s3:PutObject', 'write', `holdfast-probe-${newId()}`, { headers, body: 'x' });
    requests.push(request);
  } else skipped.push('writing, which was not asked for');
  const able = new Set(requests.flatMap(abilitiesShown));
  return { requests, strangersMay: abilities.filter((ability) => able.has(ability)), skipped };
}

/** Of the empty text, which the body is not. */
const WRONG_MD5 = '1B2M2Y8AsgTpgAmY7PhCfg==';

interface Sent {
  readonly action: string;
  readonly ability: Ability;
  readonly key: string | null;
  readonly query: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

async function probeOne(
  target: ProbeTarget,
  ask: AskAnonymously,
  { signal, style = 'path' }: ProbeOptions,
  { action, ability, key, query, headers, body }: Sent,
): Promise<{ readonly request: ProbedRequest; readonly answer: AnonymousAnswer | null }> {
  let region = target.region;
  let url = urlOf(target, region, style, action, key, query);
  const told = { action, ability, method: action === 's3:PutObject' ? 'PUT' : 'GET', key };
  try {
    for (let turn = 0; ; turn += 1) {
      const answer = await ask({ method: told.method, url, headers, ...(body !== undefined && { body }) }, signal);
      const elsewhere = regionIn(answer);
      if (elsewhere !== null && elsewhere !== region && target.endpoint === null && turn < REDIRECTS) {
        region = elsewhere;
        url = urlOf(target, region, style, action, key, query);
        continue;
      }
      return { request: { ...told, url: url.href, status: answer.status, ...outcomeOf(answer, action) }, answer };
    }
  } catch (error) {
    // Broken off by whoever asked for it: then there is no result at all.
    signal.throwIfAborted();
    const why = error instanceof Error ? error.message : String(error);
    return { request: { ...told, url: url.href, status: null, outcome: 'no-answer', why }, answer: null };
  }
}

function urlOf(
  { bucket, endpoint, partition }: ProbeTarget,
  region: string | null,
  style: AddressStyle,
  action: string,
  key: string | null,
  query: Readonly<Record<string, string>>,
): URL {
  const request = requestFor({ bucket, endpoint, region, partition }, { action, key: key ?? '', signed: false, query });
  return styled(new URL(request.url), bucket, style);
}

function outcomeOf({ status, body }: AnonymousAnswer, action: string): Pick<ProbedRequest, 'outcome' | 'why'> {
  const code = /<Code>([A-Za-z]{1,60})<\/Code>/.exec(body)?.[1] ?? '';
  const why = code === '' ? `answered ${status}` : `answered ${status} ${code}`;
  if (status >= 200 && status < 300) return { outcome: 'let-in', why };
  // An empty object has no first byte.
  if (status === 416) return { outcome: 'let-in', why };
  if (action === 's3:PutObject' && status === 400 && (code === 'BadDigest' || code === 'InvalidDigest')) {
    return { outcome: 'let-in', why };
  }
  if (status === 401 || status === 403 || status === 405) return { outcome: 'refused', why };
  if (status === 404 && code === 'NoSuchKey') return { outcome: 'absent', why };
  return { outcome: 'no-answer', why };
}

/** Who is told that a key is not there may see names; everybody else is refused. */
export function abilitiesShown({ outcome, ability }: ProbedRequest): Ability[] {
  if (outcome === 'let-in') return [ability];
  return outcome === 'absent' ? ['list'] : [];
}

function keysIn(answer: AnonymousAnswer | null): string[] {
  if (answer === null || answer.status !== 200) return [];
  const keys = [...answer.body.matchAll(/<Key>([^<]{1,4096})<\/Key>/g)].map(([, key = '']) => plain(key));
  return keys.slice(0, LISTED_LIMIT);
}

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

function plain(text: string): string {
  return text.replaceAll(/&(amp|lt|gt|quot|apos);/g, (_, name: string) => ENTITIES[name] ?? '');
}
