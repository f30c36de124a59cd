import { commandErrors } from '../../base/commands/errors.ts';
import { visible } from '../../base/text/visible.ts';
import { isFindingId } from '../finding.ts';
import type { FindingsPlace } from '../place.ts';

/** Findings looked through for the beginning of an id. */
const LOOKED_THROUGH = 20_000;

/** The finding whose id is, or alone begins with, `text`. Throws `usage_invalid` when several or none do. */
export async function findingIdFrom(place: FindingsPlace, text: string): Promise<string> {
  if (isFindingId(text)) return text;
  const found: string[] = [];
  let after: string | undefined;
  let looked = 0;
  if (/^[0-9a-f]{4,31}$/.test(text)) {
    do {
      const page = await place.list({ state: 'all', limit: 1000, after });
      found.push(...page.findings.map(({ findingId }) => findingId).filter((id) => id.startsWith(text)));
      looked += page.findings.length;
      after = page.next;
    } while (after !== undefined && looked < LOOKED_THROUGH);
  }
  const [only] = found;
  if (only !== undefined && found.length === 1) return only;
  throw commandErrors('usage_invalid', {
    detail: found.length > 1 ? `${found.length} findings begin with ${text}` : `no finding has the id ${visible(text)}`,
    remedy: 'Give the id as holdfast findings list shows it, or at least its first 4 digits.',
  });
}

/** Enough of an id to be told from others. */
export function shortId(findingId: string): string {
  return findingId.slice(0, 8);
}
