import type { Clock } from '../../base/clock.ts';
import type { RecordStore } from '../../storage/index.ts';
import { fileErrors } from '../errors.ts';
import type { Key } from '../records.ts';

/** Which entries a person keeps at hand. Ids in clear; they tell nothing of names. */
type FavouriteRow = { readonly sinceMs: number };

const PREFIX = 'favourite#';
/** More are no longer at hand. */
const MAX_FAVOURITES = 500;

export interface EntryId {
  readonly driveId: string;
  readonly entryId: string;
}

function favouriteKey(accountId: string, { driveId, entryId }: EntryId): Key {
  return { pk: `account#${accountId}`, sk: `${PREFIX}${driveId}#${entryId}` };
}

/** Once more is once. Throws `favourites_full`. */
export async function addFavourite(
  { records, clock }: { readonly records: RecordStore; readonly clock: Clock },
  accountId: string,
  entry: EntryId,
): Promise<void> {
  const at = favouriteKey(accountId, entry);
  if (await records.get(at.pk, at.sk)) return;
  const { items } = await records.query(at.pk, { prefix: PREFIX, limit: MAX_FAVOURITES });
  if (items.length >= MAX_FAVOURITES) throw fileErrors('favourites_full');
  const value: FavouriteRow = { sinceMs: clock() };
  await records.transact([{ op: 'put', ...at, value }]);
}

export async function removeFavourite(records: RecordStore, accountId: string, entry: EntryId): Promise<void> {
  await records.transact([{ op: 'delete', ...favouriteKey(accountId, entry) }]);
}

/** The newest favourite first. */
export async function favouritesOf(records: RecordStore, accountId: string): Promise<EntryId[]> {
  const { items } = await records.query<FavouriteRow>(`account#${accountId}`, { prefix: PREFIX, limit: 1000 });
  return items
    .toSorted((one, other) => other.value.sinceMs - one.value.sinceMs)
    .map(({ sk }) => {
      const [driveId = '', entryId = ''] = sk.slice(PREFIX.length).split('#');
      return { driveId, entryId };
    });
}
