import { abilities, exposureVerdicts, type Ability, type ExposureVerdict, type Unknown, type Way } from './ways.ts';

const WRITING: ReadonlySet<Ability> = new Set(['write', 'acl-write', 'policy-write', 'control']);

/** The verdict of what is open now, with nothing said of what could not be read. */
export function verdictOf(ways: readonly Way[]): ExposureVerdict {
  const open = ways.filter(({ stoppedBy }) => stoppedBy.length === 0);
  const worst = publicVerdict(open);
  if (worst !== null) return worst;
  if (ways.some(({ level }) => level === 'public')) return 'latent';
  return open.length > 0 ? 'shared' : 'private';
}

/** What it would be with every flag gone. */
export function withoutFlags(ways: readonly Way[]): ExposureVerdict {
  return publicVerdict(ways) ?? (ways.length > 0 ? 'shared' : 'private');
}

/** Raises a verdict to `unknown` where something unread could be worse than it. */
export function withUnknowns(verdict: ExposureVerdict, unknowns: readonly Unknown[]): ExposureVerdict {
  const hidden = unknowns.some(({ couldBe }) => couldBe.startsWith('public') || couldBe === 'shared');
  const worse = unknowns.some(({ couldBe }) => isWorse(couldBe, verdict));
  return hidden && worse && isWorse('unknown', verdict) ? 'unknown' : verdict;
}

export function isWorse(one: ExposureVerdict, other: ExposureVerdict): boolean {
  return exposureVerdicts.indexOf(one) < exposureVerdicts.indexOf(other);
}

/** Every ability that strangers have, in the order of the words. */
export function strangersMay(ways: readonly Way[]): Ability[] {
  const open = ways.filter(({ level, stoppedBy }) => level === 'public' && stoppedBy.length === 0);
  return abilities.filter((ability) => open.some((way) => way.abilities.includes(ability)));
}

function publicVerdict(ways: readonly Way[]): ExposureVerdict | null {
  let worst: ExposureVerdict | null = null;
  for (const { level, abilities: able } of ways) {
    const verdict = level === 'public' ? publicVerdictOf(able) : null;
    if (verdict !== null && (worst === null || isWorse(verdict, worst))) worst = verdict;
  }
  return worst;
}

/** What these abilities of strangers make of a bucket; `null`: they have none. */
export function publicVerdictOf(able: readonly Ability[]): ExposureVerdict | null {
  if (able.length === 0) return null;
  if (able.some((ability) => WRITING.has(ability))) return 'public-write';
  return able.includes('read') ? 'public-read' : 'public-list';
}
