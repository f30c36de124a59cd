import { RecentMap } from '../../base/memory/recent-map.ts';
import type { JsonObject, JsonValue } from '../../storage/index.ts';

/** A few per person who is at work; the rows of a person are verified at every request. */
const MAX_ENTRIES = 512;
/** As canonical JSON. What is larger is verified anew: the memory is for the many small rows. */
const MAX_LENGTH = 8 * 1024;

interface Verified {
  readonly kind: string;
  readonly fields: JsonObject;
}

/**
 * MACs that were verified before, each with all that it covers: it takes a tenth of the time to see that the same row is
 * still the same, field by field, as to write it out and hash it again. One that is verified a second time is kept: most rows of the
 * audit trail never are.
 */
export class VerifiedMacs {
  readonly #entries = new RecentMap<string, Verified>(MAX_ENTRIES);
  readonly #once = new RecentMap<string, true>(MAX_ENTRIES);

  has(kind: string, fields: JsonObject, mac: string): boolean {
    const entry = this.#entries.get(mac);
    return entry?.kind === kind && isSame(entry.fields, fields);
  }

  /** `length`: of kind and fields as canonical JSON. */
  add(kind: string, fields: JsonObject, mac: string, length: number): void {
    if (length > MAX_LENGTH) return;
    // A copy: whoever changes the fields later has changed what was verified.
    if (this.#once.get(mac)) this.#entries.set(mac, { kind, fields: structuredClone(fields) });
    else this.#once.set(mac, true);
  }
}

/** At least as strict as comparing the canonical JSON of both. */
function isSame(one: JsonValue | undefined, other: JsonValue | undefined): boolean {
  if (one === other) return true;
  if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null) return false;
  if (Array.isArray(one) !== Array.isArray(other)) return false;
  const [left, right] = [one as JsonObject, other as JsonObject];
  const names = Object.keys(left);
  return (
    names.length === Object.keys(right).length &&
    names.every((name) => Object.hasOwn(right, name) && isSame(left[name], right[name]))
  );
}
