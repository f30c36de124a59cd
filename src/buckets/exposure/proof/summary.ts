import type { ExposureVerdict, Unknown, Way } from '../ways.ts';

const SENTENCES: Record<ExposureVerdict, (bucket: string) => string> = {
  'public-write': (bucket) => `Strangers can change what is in ${bucket}, or how it is set up`,
  'public-read': (bucket) => `Strangers can read objects in ${bucket}`,
  'public-list': (bucket) => `Strangers can see the names of objects in ${bucket}, or how it is set up`,
  unknown: (bucket) => `Nothing shows that strangers get into ${bucket}, but not everything could be read`,
  latent: (bucket) => `Nobody gets into ${bucket} now, but strangers would if a flag were gone`,
  shared: (bucket) => `Others whom its owner named get into ${bucket}, and no stranger does`,
  private: (bucket) => `Only its owner gets into ${bucket}`,
};

/** The verdict in one sentence, with what weighs most. `ways` are worst first. */
export function summaryOf(
  bucket: string,
  verdict: ExposureVerdict,
  ways: readonly Way[],
  unknowns: readonly Unknown[],
): string {
  const sentence = SENTENCES[verdict](bucket);
  if (verdict === 'unknown') {
    const hidden = unknowns
      .filter(({ couldBe }) => couldBe !== 'private')
      .map(({ part, reason }) => `${part}: ${reason}`);
    return `${sentence} (${hidden.join('; ')}).`;
  }
  const [worst] = verdict === 'latent' ? ways.filter(({ level }) => level === 'public') : ways;
  return worst === undefined ? `${sentence}.` : `${sentence}: ${worst.explanation}`;
}
