/** Uploads by paste or drop: they go into a folder of the sender's own drive, as files like all others. */
import { createHash } from 'node:crypto';
import type { Session } from '../../accounts/index.ts';
import { hasCode } from '../../base/errors.ts';
import { newId } from '../../base/ids.ts';
import type { Files, Upload } from '../../files/index.ts';
import { chatErrors } from '../errors.ts';
import type { UploadedView } from './wire.ts';

type UploadFiles = Pick<Files, 'drives' | 'lookUp' | 'makeFolder' | 'store'>;

export const UPLOADS_FOLDER = 'Chat uploads';
/** Names that are tried before one is made that nothing else has. */
const TRIES = 20;

export interface AttachmentUpload extends Upload {
  readonly name: string;
}

/** Names that are being stored just now, so that three pictures of one name that are dropped together are three files. */
const underWay = new Set<string>();

/**
 * Stores a file that is to be attached to a message, under a name that is free. It is the sender's alone until it is
 * attached. Throws `chat_no_drive`, and what storing a file throws.
 */
export async function uploadForChat(
  files: UploadFiles,
  session: Session,
  { name, ...upload }: AttachmentUpload,
): Promise<UploadedView> {
  const { drives } = await files.drives(session);
  const drive = drives.find(({ kind, role }) => kind === 'personal' && role === 'manager');
  if (!drive) throw chatErrors('chat_no_drive', { attempted: 'Upload a file' });
  const folderId = await uploadsFolder(files, session, drive.id);
  for (const candidate of namesFor(name, upload.idempotencyKey)) {
    const reserved = `${folderId} ${candidate.toLowerCase()}`;
    if (underWay.has(reserved)) continue;
    underWay.add(reserved);
    let isBegun = false;
    const body = onBegin(upload.body, () => (isBegun = true));
    try {
      const target = { by: 'name' as const, folderId, name: candidate };
      const { entry } = await files.store(session, drive.id, target, { ...upload, body, ifNoneMatch: '*' });
      const { id: entryId, versionId, size, mediaType, sha256 } = entry;
      return { driveId: drive.id, entryId, versionId, name: entry.name, size, mediaType, sha256 };
    } catch (error) {
      // The name is taken; or it is the repetition of an upload that got a later one.
      const isOther = hasCode(error, 'name_exists', 'name_taken', 'idempotency_key_reused');
      if (!isOther || isBegun) throw error;
    } finally {
      underWay.delete(reserved);
    }
  }
  throw chatErrors('chat_upload_name', { attempted: 'Upload a file' });
}

/** Made when it is not there; whoever moves it or calls it otherwise gets another one with the next upload. */
async function uploadsFolder(files: UploadFiles, session: Session, driveId: string): Promise<string> {
  for (const name of namesFor(UPLOADS_FOLDER, undefined)) {
    try {
      const found = await files.lookUp(session, driveId, `/${name}`);
      if (found.kind === 'folder') return found.id;
    } catch (error) {
      if (!hasCode(error, 'entry_not_found')) throw error;
      try {
        return (await files.makeFolder(session, driveId, 'root', { name })).id;
      } catch (taken) {
        // Somebody was faster: it may be the folder that is wanted.
        if (!hasCode(taken, 'name_taken')) throw taken;
        const found = await files.lookUp(session, driveId, `/${name}`);
        if (found.kind === 'folder') return found.id;
      }
    }
  }
  throw chatErrors('chat_upload_name', { attempted: 'Upload a file' });
}

/** “plan.pdf”, “plan (2).pdf”, …, and in the end one of its own: the same for the same upload when it is repeated. */
function* namesFor(name: string, idempotencyKey: string | undefined): Generator<string> {
  const dot = name.lastIndexOf('.');
  const [stem, extension] = dot > 0 ? [name.slice(0, dot), name.slice(dot)] : [name, ''];
  yield name;
  for (let each = 2; each <= TRIES; each += 1) yield `${stem} (${each})${extension}`;
  const own = createHash('sha256')
    .update(idempotencyKey ?? newId())
    .digest('hex')
    .slice(0, 12);
  yield `${stem} (${own})${extension}`;
}

async function* onBegin(body: Upload['body'], begun: () => void): AsyncGenerator<Uint8Array> {
  begun();
  yield* body;
}
