import { exposureOf } from './exposure.ts';
import type { ExposureFacts } from './facts.ts';

/** Whether strangers can read just this object: by the policy, by an access point, or by its own ACL as far as that is known. */
export function strangersRead(facts: ExposureFacts, key: string): boolean {
  return exposureOf(facts, key).strangersMay.includes('read');
}
