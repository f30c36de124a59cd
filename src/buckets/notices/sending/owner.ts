/**
 * Who is told of a bucket: its tag says a name or an address, and the deployment says which names and addresses count,
 * and who owns buckets whose tag says nobody.
 */
export interface OwnerAddress {
  readonly email: string;
  /** For short texts, such as +4915112345678; `null`: none. */
  readonly phone: string | null;
}

export interface Owners {
  /** By the name that stands in the tag, in lower case. */
  readonly byName: ReadonlyMap<string, OwnerAddress>;
  /** Buckets whose tag says nobody, by name or by how names begin; the first that fits counts. */
  readonly byBucket: readonly {
    readonly bucket: string;
    readonly isBeginning: boolean;
    readonly owner: OwnerAddress;
  }[];
  /** The account's own recipient. An address of its domain may stand in a tag without being named in the map. */
  readonly accountEmail: string;
}

export const OWNER_TAG = 'owner';
const EMAIL = /^[^@\s,;=]{1,64}@[^@\s,;=]{1,190}$/;
/** Anybody gets an address of these: having one says nothing about whose house somebody is of. */
const ANYBODYS = new Set(
  [
    'aol.com gmail.com googlemail.com gmx.at gmx.ch gmx.com gmx.de gmx.net hotmail.com hotmail.co.uk hotmail.de hotmail.fr',
    'icloud.com live.com mac.com mail.com mail.ru mailbox.org me.com msn.com outlook.com outlook.de pm.me posteo.de proton.me',
    'protonmail.com qq.com t-online.de tutanota.com web.de yahoo.co.in yahoo.co.uk yahoo.com yahoo.de yahoo.fr yandex.com',
    'yandex.ru ymail.com zoho.com 126.com 163.com',
  ].flatMap((line) => line.split(' ')),
);
const BUCKET = 'bucket:';
const PHONE = /^\+[1-9][0-9]{6,14}$/;

/**
 * `team-a=ada@example.org;+4915112345678,team-b=bob@example.org,bucket:team-c-*=carl@example.org`. Throws `TypeError`
 * with what is wrong with it.
 */
export function readOwners(text: string, accountEmail: string): Owners {
  const entries = text.split(',').map((entry) => entry.trim());
  const byName = new Map<string, OwnerAddress>();
  const byBucket: Owners['byBucket'][number][] = [];
  for (const entry of entries) {
    if (entry === '') continue;
    const equals = entry.indexOf('=');
    const [email = '', phone = null, ...more] = entry.slice(equals + 1).split(';');
    if (equals < 1 || !EMAIL.test(email) || (phone !== null && !PHONE.test(phone)) || more.length > 0) {
      throw new TypeError(`“${entry}” does not read as NAME=ADDRESS or NAME=ADDRESS;+PHONE`);
    }
    const name = entry.slice(0, equals).trim().toLowerCase();
    const owner = { email: email.toLowerCase(), phone };
    if (!name.startsWith(BUCKET)) byName.set(name, owner);
    else byBucket.push({ ...bucketsIn(name, entry), owner });
  }
  return { byName, byBucket, accountEmail: accountEmail.toLowerCase() };
}

function bucketsIn(name: string, entry: string): { readonly bucket: string; readonly isBeginning: boolean } {
  const bucket = /^bucket:([a-z0-9._-]+)(\*?)$|^bucket:(\*)$/.exec(name);
  if (bucket === null)
    throw new TypeError(`“${entry}” does not read as bucket:NAME=ADDRESS or bucket:BEGINNING*=ADDRESS`);
  return { bucket: bucket[1] ?? '', isBeginning: bucket[2] !== '' };
}

/** All that are named somewhere. */
export function namedOwners({ byName, byBucket }: Owners): readonly OwnerAddress[] {
  return [...byName.values(), ...byBucket.map(({ owner }) => owner)];
}

/** By the tag of the bucket, else by the map of buckets. `null`: the account's own recipient. */
export function ownerOfBucket(bucket: string, tag: string | undefined, owners: Owners): OwnerAddress | null {
  if (tag !== undefined && isAccounts(tag, owners)) return null;
  const tagged = ownerBy(tag, owners);
  if (tagged !== null) return tagged;
  const mapped = owners.byBucket.find((each) =>
    each.isBeginning ? bucket.startsWith(each.bucket) : bucket === each.bucket,
  )?.owner;
  return mapped === undefined || mapped.email === owners.accountEmail ? null : mapped;
}

/**
 * `null`: the account's own recipient, which is subscribed as such and by Amazon SNS only once. An address of another domain has to be named in the map: whoever may tag a bucket
 * must not send what happens in it to wherever they like.
 */
export function ownerBy(tag: string | undefined, owners: Owners): OwnerAddress | null {
  const { accountEmail } = owners;
  const name = (tag ?? '').trim().toLowerCase();
  if (name === '') return null;
  const named = namedAs(name, owners);
  const email = named?.email ?? name;
  if (email === accountEmail) return null;
  if (named !== undefined) return named;
  const domain = domainOf(name);
  const isOfTheHouse = domain === domainOf(accountEmail) && !ANYBODYS.has(domain);
  return EMAIL.test(name) && isOfTheHouse ? { email, phone: null } : null;
}

function namedAs(name: string, owners: Owners): OwnerAddress | undefined {
  return owners.byName.get(name) ?? namedOwners(owners).find(({ email }) => email === name);
}

/** Whether a tag says that the account's own recipient is the owner. */
function isAccounts(tag: string, owners: Owners): boolean {
  const name = tag.trim().toLowerCase();
  return (namedAs(name, owners)?.email ?? name) === owners.accountEmail;
}

function domainOf(address: string): string {
  return address.slice(address.lastIndexOf('@') + 1);
}
