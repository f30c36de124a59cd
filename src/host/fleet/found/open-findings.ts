import type { Findings, OpenAtPlace } from '../../../findings/index.ts';
import { placeOfHost } from './place.ts';

export const nothingOpen: OpenAtPlace = { counts: { critical: 0, high: 0, medium: 0, low: 0, info: 0 }, worst: [] };

/** What is wrong and open at these hosts, in their order, as people's decisions stand now. */
export async function openOf(
  findings: Pick<Findings, 'openAt'>,
  hostIds: readonly string[],
): Promise<readonly OpenAtPlace[]> {
  return await findings.openAt(hostIds.map(placeOfHost));
}
