import { commandErrors } from '../../base/commands/errors.ts';

/** People copy ids from lists, whole or by their end; six characters are enough where they name just one. */
const SHORTEST = 6;

/** The one item that is meant. Throws `usage_invalid` when none or several fit. */
export function foundById<Item>(
  items: readonly Item[],
  wanted: string,
  idOf: (item: Item) => string,
  attempted: string,
): Item {
  const text = wanted.trim().toLowerCase();
  const found = items.filter((item) => idOf(item) === text || (text.length >= SHORTEST && idOf(item).endsWith(text)));
  const [item] = found;
  if (item !== undefined && found.length === 1) return item;
  throw commandErrors('usage_invalid', {
    attempted,
    detail: found.length > 1 ? `several ids end in ${text}` : `there is none with the id ${text}`,
    remedy: 'Give the whole id as the list shows it.',
  });
}
