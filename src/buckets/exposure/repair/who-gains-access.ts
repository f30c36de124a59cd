import { may, nameOfAudience } from '../proof/sentences.ts';
import type { Audience, Exposure } from '../ways.ts';
import { whoLosesAccess } from './who-loses-access.ts';

/**
 * Who gets in after a change and not before it, or can do more then, one clause for each; where nobody does, whom only
 * a flag keeps out that nothing had to keep out before. Empty: the change lets nobody in. Errs towards telling too much.
 */
export function whoGainsAccess(before: Exposure, after: Exposure): readonly string[] {
  const opened = whoLosesAccess(after, before).map(({ audience, lost, narrowed }) => {
    const more = lost.length === 0 ? ' more than now' : '';
    const can = (lost.length === 0 ? narrowed : lost).map((ability) => may[ability]).join(', ');
    return `${nameOfAudience(audience)} could ${can}${more}`;
  });
  if (opened.length > 0) return opened;
  return whoLosesAccess(withoutFlags(after), withoutFlags(before))
    .filter(({ audience }) => isStranger(audience))
    .map(({ audience }) => `only a flag would keep out ${nameOfAudience(audience)}`);
}

function isStranger({ kind }: Audience): boolean {
  return kind === 'strangers' || kind === 'any-account';
}

function withoutFlags(exposure: Exposure): Exposure {
  return { ...exposure, ways: exposure.ways.map((way) => ({ ...way, stoppedBy: [] })) };
}
