import { storageErrors } from '../errors.ts';
import type { ObjectStoreProperties, PartInfo } from './object-store.ts';

export function assertPartNumber(number: number, properties: ObjectStoreProperties, attempted: string): void {
  if (!Number.isInteger(number) || number < 1 || number > properties.maxParts) {
    throw storageErrors('upload_parts_invalid', { attempted, detail: `part number outside 1-${properties.maxParts}` });
  }
}

/**
 * Held alike by every store, so that an upload which works on a folder also works where the store insists: at least
 * one part, numbers ascending, all parts but the last of one size and not below the minimum, each one really there, and
 * none there that is not named (Ceph insists).
 */
export function assertParts(
  parts: readonly PartInfo[],
  stored: readonly PartInfo[],
  properties: ObjectStoreProperties,
  attempted: string,
): void {
  const refuse = (detail: string): never => {
    throw storageErrors('upload_parts_invalid', { attempted, detail });
  };
  const first = parts[0];
  if (!first) return refuse('no part');
  const byNumber = new Map(stored.map((part) => [part.number, part]));
  if (stored.length > parts.length) refuse('a part was sent that is not named');
  let previous = 0;
  for (const [index, part] of parts.entries()) {
    if (part.number <= previous) refuse('part numbers do not ascend');
    previous = part.number;
    const found = byNumber.get(part.number);
    if (!found || found.tag !== part.tag || found.size !== part.size)
      refuse(`part ${part.number} is not there as named`);
    const last = index === parts.length - 1;
    if (last ? part.size > first.size : part.size !== first.size) refuse('parts of different sizes');
    if (!last && part.size < properties.minPartBytes) refuse(`parts below ${properties.minPartBytes} bytes`);
  }
}
