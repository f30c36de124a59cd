import type { MultipartFile } from '@fastify/multipart';
import type { FastifyRequest } from 'fastify';
import type { Session } from '../../accounts/index.ts';
import { HoldfastError } from '../../base/errors.ts';
import { fileErrors } from '../errors.ts';
import type { Files } from '../files.ts';
import type { Conditions } from '../versions/commit-version.ts';
import { modifiedMsFrom, sha256FromDigest } from './request-headers.ts';
import type { UploadResult } from '../wire.ts';

export interface FormUpload {
  readonly session: Session;
  readonly driveId: string;
  readonly folderId: string;
  readonly idempotencyKey: string | undefined;
  /** They have to hold for each of the files. */
  readonly conditions: Conditions;
  /** Aborted when the person may not go on: then nothing more of the form is taken. */
  readonly signal: AbortSignal;
}

/** Fields that may precede a file and hold for just that one. */
type Preceding = { modifiedTime?: string; contentDigest?: string };

/**
 * Stores the files of a form one after the other as they arrive. Each has its own result: one that is refused does
 * not keep the others from being stored. Throws `upload_form_invalid` when the form itself breaks off or is malformed,
 * with the results so far.
 */
export async function storeForm(files: Files, request: FastifyRequest, where: FormUpload): Promise<UploadResult[]> {
  const results: UploadResult[] = [];
  let preceding: Preceding = {};
  try {
    for await (const part of request.parts({ preservePath: true, limits: formLimits(files) })) {
      if (part.type === 'file') {
        results.push(await storePart(files, part, where, { ...preceding, index: results.length }));
        preceding = {};
      } else if (part.fieldname === 'modifiedTime' || part.fieldname === 'contentDigest') {
        preceding[part.fieldname] = String(part.value);
      }
    }
  } catch (cause) {
    if (cause instanceof HoldfastError) throw cause;
    throw fileErrors('upload_form_invalid', { cause, extra: { results } });
  }
  if (results.length === 0) throw fileErrors('name_empty', { detail: 'the form holds no file' });
  return results;
}

/** Sizes are watched where the file is stored: the parser would cut a file that is too long, and call it done. */
function formLimits(files: Files) {
  const parts = files.settings.maxUploadParts;
  return { fileSize: Number.MAX_SAFE_INTEGER, files: parts, parts: 3 * parts, fields: 2 * parts, fieldSize: 1024 };
}

async function storePart(
  files: Files,
  part: MultipartFile,
  where: FormUpload,
  preceding: Preceding & { readonly index: number },
): Promise<UploadResult> {
  // The parser gives none for a part without the parameter, whatever its type says.
  const name = (part.filename as string | undefined) ?? '';
  try {
    const stored = await files.store(
      where.session,
      where.driveId,
      { by: 'name', folderId: where.folderId, name },
      {
        body: part.file.iterator({ destroyOnReturn: false }),
        modifiedMs: modifiedMsFrom(preceding.modifiedTime),
        sha256: sha256FromDigest(preceding.contentDigest),
        ...where.conditions,
        idempotencyKey: where.idempotencyKey,
        idempotencyPart: preceding.index,
        mediaType: part.mimetype === 'application/octet-stream' ? undefined : part.mimetype,
        signal: where.signal,
      },
    );
    return { name, status: 201, ...stored };
  } catch (error) {
    if (!(error instanceof HoldfastError) || where.signal.aborted) throw error;
    const { code, title, detail, remedy, status } = error;
    return { name, status, problem: { code, title, ...(detail === undefined ? {} : { detail }), remedy } };
  } finally {
    // The parser goes on to the next part only when this one has been read to its end.
    part.file.resume();
  }
}

/** 201 when all were stored, 207 when some were; when none was, the first one's refusal with all results. */
export function formStatus(results: readonly UploadResult[]): 201 | 207 {
  const refused = results.filter((result) => result.problem !== undefined);
  const [first] = refused;
  if (!first?.problem) return 201;
  if (refused.length < results.length) return 207;
  const { code, title, detail, remedy } = first.problem;
  throw new HoldfastError(
    code,
    { status: first.status, title, remedy },
    { ...(detail === undefined ? {} : { detail }), extra: { results } },
  );
}
