import { hasCode } from '../../../base/requests/problem.ts';
import { foldersOptions, makeFolder } from '../api.ts';
import { queryClient } from '../../../app/query-client.ts';

/** Each path is made once, however many files of one drop lie in it. */
const made = new Map<string, Promise<string>>();

/** The id of a folder below another; what is missing on the way is made. */
export function folderFor(driveId: string, folderId: string, segments: readonly string[]): Promise<string> {
  if (segments.length === 0) return Promise.resolve(folderId);
  const key = JSON.stringify([driveId, folderId, ...segments.map((each) => each.normalize('NFC'))]);
  const known = made.get(key);
  if (known) return known;
  const making = make(driveId, folderId, segments);
  made.set(key, making);
  // Only for the files that are sent now: by the next drop somebody may have moved it.
  const forget = (): void => void setTimeout(() => made.delete(key), 5_000);
  making.then(forget, () => made.delete(key));
  return making;
}

async function make(driveId: string, folderId: string, segments: readonly string[]): Promise<string> {
  const parent = await folderFor(driveId, folderId, segments.slice(0, -1));
  const name = segments.at(-1) ?? '';
  try {
    return (await makeFolder(driveId, parent, name)).id;
  } catch (error) {
    const there = hasCode(error, 'name_taken') ? await findFolder(driveId, parent, name) : null;
    if (there === null) throw error;
    return there;
  }
}

/** A folder that is there already is the one to store into. */
async function findFolder(driveId: string, parentId: string, name: string): Promise<string | null> {
  await queryClient.invalidateQueries(foldersOptions(driveId, parentId));
  const { entries } = await queryClient.query(foldersOptions(driveId, parentId));
  const wanted = name.normalize('NFC');
  const found = entries.find((entry) => entry.kind === 'folder' && entry.name.normalize('NFC') === wanted);
  return found?.id ?? null;
}
