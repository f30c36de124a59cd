/** Who would get into a bucket when a fix of it is taken back. Pure. */
import type { AuditedBucket } from '../auditing/audit.ts';
import { exposureOf } from '../exposure/exposure.ts';
import { whoGainsAccess } from '../exposure/repair/who-gains-access.ts';
import type { BucketFacts, PublicAccessBlock } from '../facts/bucket-facts.ts';
import { exposureFactsOf, type JudgedPlace } from '../facts/exposure-facts.ts';
import { known, unread, type Fact } from '../facts/fact.ts';
import type { ExposureVerdict } from '../exposure/ways.ts';
import { judgedAnew } from './plan.ts';
import type { ReceiptChange } from './receipt.ts';

export interface Opened {
  readonly bucket: string;
  readonly before: ExposureVerdict;
  readonly after: ExposureVerdict;
  /** One clause for each who would get in, and for what nobody can say. */
  readonly who: readonly string[];
}

/** `null`: nobody gets in by it who does not get in now. What cannot be told counts as if somebody did. */
export function openedByUndo(
  { facts, exposure }: Pick<AuditedBucket, 'facts' | 'exposure'>,
  changes: readonly ReceiptChange[],
  place: JudgedPlace,
): Opened | null {
  const undone = asBefore(facts, changes);
  const shown = shownAgain({ now: facts, undone }, place);
  const after = exposureOf(exposureFactsOf(shown.facts, place));
  const who = [...whoGainsAccess(exposure, after), ...shown.untold];
  return who.length === 0 ? null : { bucket: facts.bucket, before: exposure.verdict, after: after.verdict, who };
}

function asBefore(facts: BucketFacts, changes: readonly ReceiptChange[]): BucketFacts {
  const own = changes.flatMap(({ target, before }) => (target.kind === 'bucket' ? [[target.setting, before]] : []));
  const values = Object.fromEntries(own) as Readonly<Record<string, unknown>>;
  const before = Object.fromEntries(Object.entries(values).map(([setting, value]) => [setting, known(value)]));
  const undone = { ...facts, ...before } as BucketFacts;
  return 'policy' in values ? judgedAnew(undone) : undone;
}

interface NowAndUndone {
  readonly now: BucketFacts;
  readonly undone: BucketFacts;
}

/**
 * ACLs that are switched off, or whose public grants IgnorePublicAcls hides, are not shown by S3 as they are, those of
 * single objects included: where they would count again, the ones that are read now say nothing of it.
 */
function shownAgain(
  { now, undone }: NowAndUndone,
  { account }: JudgedPlace,
): { readonly facts: BucketFacts; readonly untold: readonly string[] } {
  if (areOff(undone)) return { facts: undone, untold: [] };
  if (areOff(now)) {
    return { facts: undone, untold: ['ACLs would count again, those of its objects too, which nobody looked at'] };
  }
  const hides = ({ publicAccessBlock }: BucketFacts): boolean =>
    isIgnoring(publicAccessBlock) || isIgnoring(account.publicAccessBlock);
  if (!hides(now) || hides(undone)) return { facts: undone, untold: [] };
  const isRestored = undone.acl !== now.acl;
  const acl = isRestored ? undone.acl : unread('failed', 'IgnorePublicAcls hides its public grants');
  const untold = [
    'grants to everyone that IgnorePublicAcls hides now, on the bucket or its objects, would count again',
  ];
  return { facts: { ...undone, acl }, untold };
}

function areOff({ ownership }: BucketFacts): boolean {
  return ownership.known && ownership.value === 'BucketOwnerEnforced';
}

function isIgnoring(block: Fact<PublicAccessBlock | null>): boolean {
  return block.known && block.value?.IgnorePublicAcls === true;
}
