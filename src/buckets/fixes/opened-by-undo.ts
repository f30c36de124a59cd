/** Who would get into a bucket when a fix of it is taken back. Pure. */
import type { AuditedBucket } from '../auditing/audit.ts';
import { exposureOf } from '../exposure/exposure.ts';
import { whoGainsAccess } from '../exposure/repair/who-gains-access.ts';
import type { AccountFacts, BucketFacts, PublicAccessBlock } from '../facts/bucket-facts.ts';
import { exposureFactsOf, type JudgedPlace } from '../facts/exposure-facts.ts';
import { known, unread, type Fact } from '../facts/fact.ts';
import { isWorse } from '../exposure/verdict.ts';
import type { Exposure, ExposureVerdict } from '../exposure/ways.ts';
import { judgedAnew } from './plan.ts';
import type { ReceiptChange } from './receipt.ts';

export interface Opened {
  readonly bucket: string;
  readonly before: ExposureVerdict;
  readonly after: ExposureVerdict;
  /** One clause for each who would get in, and for what nobody can say. */
  readonly who: readonly string[];
}

/**
 * `null`: nobody gets in by it who does not get in now. What cannot be told counts as if somebody did. `changes`: of the
 * bucket, and of its account where its flags are brought back as well.
 */
export function openedByUndo(
  { facts, exposure }: Pick<AuditedBucket, 'facts' | 'exposure'>,
  changes: readonly ReceiptChange[],
  place: JudgedPlace,
): Opened | null {
  const now = { facts, account: place.account };
  const undone = { facts: asBefore(facts, changes), account: accountBefore(place.account, changes) };
  const shown = shownAgain(now, undone);
  const after = exposureOf(exposureFactsOf(shown.facts, { ...place, account: undone.account }));
  const who = [...whoGainsAccess(exposure, after), ...shown.untold, ...hiddenBy(exposure, after, shown.untold)];
  return who.length === 0 ? null : { bucket: facts.bucket, before: exposure.verdict, after: after.verdict, who };
}

function accountBefore(account: AccountFacts, changes: readonly ReceiptChange[]): AccountFacts {
  const own = changes.find(({ target }) => target.kind === 'account');
  return own === undefined ? account : { ...account, publicAccessBlock: known(own.before as PublicAccessBlock | null) };
}

/** What could not be read and would let in more than now, if it does. ACLs of which that is told are left out. */
function hiddenBy(before: Exposure, after: Exposure, untold: readonly string[]): readonly string[] {
  const worse = after.unknowns.filter(({ part, couldBe }) => {
    if (part === 'ACL' && untold.length > 0) return false;
    const now = before.unknowns.find((each) => each.part === part);
    return couldBe.startsWith('public-') && (now === undefined || isWorse(couldBe, now.couldBe));
  });
  return worse.map(({ part, reason }) => `the ${part} may let anybody in, which nobody can say (${reason})`);
}

function asBefore(facts: BucketFacts, changes: readonly ReceiptChange[]): BucketFacts {
  const own = changes.flatMap(({ target, before }) => (target.kind === 'bucket' ? [[target.setting, before]] : []));
  const values = Object.fromEntries(own) as Readonly<Record<string, unknown>>;
  const before = Object.fromEntries(Object.entries(values).map(([setting, value]) => [setting, known(value)]));
  const undone = { ...facts, ...before } as BucketFacts;
  return 'policy' in values ? judgedAnew(undone) : undone;
}

interface InItsAccount {
  readonly facts: BucketFacts;
  readonly account: AccountFacts;
}

/**
 * ACLs that are switched off, or whose public grants IgnorePublicAcls hides, are not shown by S3 as they are, those of
 * single objects included: where they would count again, the ones that are read now say nothing of it.
 */
function shownAgain(
  now: InItsAccount,
  undone: InItsAccount,
): { readonly facts: BucketFacts; readonly untold: readonly string[] } {
  const { facts } = undone;
  if (areOff(facts)) return { facts, untold: [] };
  if (areOff(now.facts)) {
    return { facts, untold: ['ACLs would count again, those of its objects too, which nobody looked at'] };
  }
  const hides = ({ facts: { publicAccessBlock }, account }: InItsAccount): boolean =>
    isIgnoring(publicAccessBlock) || isIgnoring(account.publicAccessBlock);
  if (!hides(now) || hides(undone)) return { facts, untold: [] };
  const isRestored = facts.acl !== now.facts.acl;
  const acl = isRestored ? facts.acl : unread('failed', 'IgnorePublicAcls hides its public grants');
  const untold = [
    'grants to everyone that IgnorePublicAcls hides now, on the bucket or its objects, would count again',
  ];
  return { facts: { ...facts, acl }, untold };
}

function areOff({ ownership }: BucketFacts): boolean {
  return ownership.known && ownership.value === 'BucketOwnerEnforced';
}

function isIgnoring(block: Fact<PublicAccessBlock | null>): boolean {
  return block.known && block.value?.IgnorePublicAcls === true;
}
