import type { AudienceKind } from '../../exposure/ways.ts';
import { remembering } from '../remembering.ts';

/** When a stranger's request has the key. `own way`: as they like; `signed`: when they sign, with an account of theirs. */
type Presence = 'always' | 'optional' | 'signed' | 'signed-optional' | 'vpc' | 'internet' | 'never';

/**
 * What a stranger can make of the value. `chosen`: anything; `truth`: `true` or `false`; `held`: what they were given by others, an account, a
 * network, and so never the one that somebody else holds; `address`: where they are; `flag`: one value, always;
 * `time`: the time it is; `bucket`: what is so about the bucket, which is the same for everybody.
 */
type Value = 'chosen' | 'truth' | 'held' | 'address' | 'flag' | 'time' | 'bucket' | 'private-address';

/** Which part of a pattern must be fixed so that only one holder fits it. */
export type Anchor = 'whole' | 'arn' | 'user-id' | 'organization-path';

export interface KeyRule {
  readonly presence: Presence;
  readonly value: Value;
  readonly anchor: Anchor;
  /** Whom a fixed value names. */
  readonly audience: AudienceKind;
  /** What it is of a stranger: their own, or the only one it can be. */
  readonly outsider: readonly string[];
  /** In AWS's list of what makes a policy not public, given fixed values. */
  readonly fixedToAws: boolean;
  /** Whether a request may have several values of it at once. */
  readonly several: boolean;
  /** Whether it is a header, which AWS alone takes only from those who hold what it names. */
  readonly isHeader: boolean;
}

const base: KeyRule = {
  presence: 'optional',
  value: 'chosen',
  anchor: 'whole',
  audience: 'holder',
  outsider: [],
  fixedToAws: false,
  several: false,
  isHeader: false,
};

const held = (presence: Presence, audience: AudienceKind, outsider: string, more: Partial<KeyRule> = {}): KeyRule => ({
  ...base,
  presence,
  value: 'held',
  audience,
  outsider: [outsider],
  ...more,
});

const aws = { fixedToAws: true };
/** An account that is nobody's; AWS has given none with these digits. */
export const STRANGER = '999999999999';
const ORGANIZATION = 'o-stranger99';

const RULES: Readonly<Record<string, KeyRule>> = {
  'aws:sourceip': { ...base, presence: 'internet', value: 'address', audience: 'network', ...aws },
  'aws:vpcsourceip': { ...base, presence: 'vpc', value: 'private-address', audience: 'network' },
  'aws:sourcevpc': held('vpc', 'network', 'vpc-0stranger', aws),
  'aws:sourcevpcarn': held('vpc', 'network', `arn:aws:ec2:us-east-1:${STRANGER}:vpc/vpc-0stranger`, { anchor: 'arn' }),
  'aws:sourcevpce': held('vpc', 'network', 'vpce-0stranger', aws),
  'aws:vpceaccount': held('vpc', 'account', STRANGER),
  'aws:vpceorgid': held('vpc', 'organization', ORGANIZATION),
  'aws:vpceorgpaths': held('vpc', 'organization', `${ORGANIZATION}/r-9/ou-9/`, {
    anchor: 'organization-path',
  }),
  'aws:ec2instancesourcevpc': held('signed-optional', 'network', 'vpc-0stranger'),
  'aws:principalorgid': held('signed-optional', 'organization', ORGANIZATION, aws),
  'aws:principalorgpaths': held('signed-optional', 'organization', `${ORGANIZATION}/r-9/ou-9/`, {
    anchor: 'organization-path',
  }),
  'aws:principalaccount': held('signed', 'account', STRANGER, aws),
  'aws:principalarn': held('signed', 'account', `arn:aws:iam::${STRANGER}:user/stranger`, {
    anchor: 'arn',
    ...aws,
  }),
  'aws:principalservicename': held('never', 'service', ''),
  'aws:principalservicenameslist': held('never', 'service', ''),
  'aws:principalisawsservice': {
    ...base,
    presence: 'always',
    value: 'flag',
    audience: 'service',
    outsider: ['false'],
  },
  'aws:principaltype': { ...base, presence: 'always' },
  'aws:userid': held('always', 'holder', 'AIDASTRANGERSTRANGER', { anchor: 'user-id', ...aws }),
  'aws:sourcearn': held('optional', 'account', `arn:aws:sns:us-east-1:${STRANGER}:stranger`, {
    anchor: 'arn',
    ...aws,
  }),
  'aws:sourceaccount': held('optional', 'account', STRANGER, aws),
  'aws:sourceowner': held('optional', 'account', STRANGER, aws),
  'aws:sourceorgid': held('optional', 'organization', ORGANIZATION),
  'aws:sourceorgpaths': held('optional', 'organization', `${ORGANIZATION}/r-9/ou-9/`, {
    anchor: 'organization-path',
  }),
  's3:dataaccesspointarn': held('optional', 'access-point', `arn:aws:s3:us-east-1:${STRANGER}:accesspoint/stranger`, {
    anchor: 'arn',
    ...aws,
  }),
  's3:dataaccesspointaccount': held('optional', 'access-point', STRANGER, aws),
  's3:x-amz-server-side-encryption-aws-kms-key-id': held(
    'optional',
    'holder',
    `arn:aws:kms:us-east-1:${STRANGER}:key/stranger`,
    { anchor: 'arn', isHeader: true, ...aws },
  ),
  'aws:currenttime': { ...base, presence: 'always', value: 'time' },
  'aws:epochtime': { ...base, presence: 'always', value: 'time' },
  'aws:resourceaccount': { ...base, presence: 'always', value: 'bucket' },
  's3:resourceaccount': { ...base, presence: 'always', value: 'bucket' },
  'aws:resourceorgid': { ...base, value: 'bucket' },
  'aws:requestedregion': { ...base, presence: 'always', value: 'bucket' },
};

const SIGNED: KeyRule = { ...base, presence: 'signed-optional' };
const ALWAYS: KeyRule = { ...base, presence: 'always' };

for (const name of ['s3:authtype', 's3:signatureversion']) defineAs(name, { ...base, presence: 'signed' });
// Presigned addresses alone have it.
defineAs('s3:signatureage', SIGNED);
for (const name of ['username', 'multifactorauthage', 'tokenissuetime', 'sourceidentity']) {
  defineAs(`aws:${name}`, SIGNED);
}
for (const name of ['federatedprovider', 'calledviafirst', 'calledvialast']) defineAs(`aws:${name}`, SIGNED);
defineAs('aws:calledvia', { ...SIGNED, several: true });
for (const name of ['aws:tagkeys', 's3:requestobjecttagkeys', 's3:inventoryaccessibleoptionalfields']) {
  defineAs(name, { ...base, several: true });
}
defineAs('aws:ec2instancesourceprivateipv4', SIGNED);
for (const name of ['aws:multifactorauthpresent', 'aws:assumedroot']) defineAs(name, { ...SIGNED, value: 'truth' });
for (const name of ['aws:securetransport', 'aws:viaawsservice']) defineAs(name, { ...ALWAYS, value: 'truth' });

function defineAs(name: string, rule: KeyRule): void {
  (RULES as Record<string, KeyRule>)[name] = rule;
}

/** Keys that a stranger sets as they like, and no note is worth. */
const CHOSEN = new Set([
  ...['aws:referer', 'aws:useragent', 's3:tlsversion', 's3:prefix', 's3:delimiter', 's3:max-keys'],
  ...['s3:versionid', 's3:accesspointnetworkorigin', 's3:locationconstraint', 's3:if-match'],
  ...['s3:if-none-match', 's3:objectcreationoperation', 's3:object-lock-mode', 's3:object-lock-retain-until-date'],
  ...['s3:object-lock-remaining-retention-days', 's3:object-lock-legal-hold'],
]);
const CHOSEN_STARTS = ['s3:x-amz-', 'aws:requesttag/', 's3:requestobjecttag/'];
/** Tags of the stranger's own making, on a user or role of their own. */
const SIGNED_STARTS = ['aws:principaltag/'];
/** Set by whoever signs the person in; anybody gets through the large ones. */
const PROVIDER =
  /^(?:saml|graph\.facebook\.com|accounts\.google\.com|www\.amazon\.com|cognito-identity\.amazonaws\.com|[a-z0-9.-]+\.[a-z]{2,}(?:\/[^:]*)?):/;
/** What is so about the bucket or the object is not known here, so it may be. */
const PROPERTY_STARTS = ['s3:existingobjecttag/', 'aws:resourcetag/', 's3:buckettag/', 's3:accesspointtag/'];

export type KeyKnowledge = 'known' | 'property' | 'unknown';

export interface KnownKey {
  readonly rule: KeyRule;
  /** Of an unknown one a stranger may choose the value. */
  readonly knowledge: KeyKnowledge;
}

/** The rule of a key in lower case, and how much of it is known. */
export const keyRule = remembering(2_000, lookedUp);

function lookedUp(key: string): KnownKey {
  const rule = RULES[key];
  if (rule !== undefined && Object.hasOwn(RULES, key)) return { rule, knowledge: 'known' };
  if (SIGNED_STARTS.some((start) => key.startsWith(start))) return { rule: SIGNED, knowledge: 'known' };
  if (PROPERTY_STARTS.some((start) => key.startsWith(start))) return { rule: base, knowledge: 'property' };
  if (CHOSEN.has(key) || CHOSEN_STARTS.some((start) => key.startsWith(start)))
    return { rule: base, knowledge: 'known' };
  // Some of a provider's, such as `amr`, have several values, and one that is unknown may.
  return { rule: { ...base, several: true }, knowledge: PROVIDER.test(key) ? 'known' : 'unknown' };
}
