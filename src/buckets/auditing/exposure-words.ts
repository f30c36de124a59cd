import { exposureVerdicts, type ExposureVerdict } from '../exposure/ways.ts';

/** How verdicts are said to people. */
export const verdictWords: { readonly [V in ExposureVerdict]: string } = {
  'public-write': 'public, writable',
  'public-read': 'public, readable',
  'public-list': 'public, list only',
  unknown: 'could not tell',
  latent: 'one switch away',
  shared: 'shared',
  private: 'private',
};

/** Worst first. */
export function verdictRank(verdict: ExposureVerdict): number {
  return exposureVerdicts.indexOf(verdict);
}

export function isPublic(verdict: ExposureVerdict): boolean {
  return verdict.startsWith('public-');
}
