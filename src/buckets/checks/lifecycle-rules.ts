import type { Lifecycle, LifecycleRule } from '../facts/bucket-facts.ts';

export function enabledRules(lifecycle: Lifecycle | null): readonly LifecycleRule[] {
  return (lifecycle?.Rules ?? []).filter(({ Status }) => Status === 'Enabled');
}

/** No prefix, tag or size narrows it. */
export function coversWholeBucket({ Prefix, Filter }: LifecycleRule): boolean {
  if (Prefix !== undefined && Prefix !== '') return false;
  return Object.values(Filter ?? {}).every((value) => value === '');
}
