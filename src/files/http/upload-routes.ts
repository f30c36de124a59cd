import { filesScope } from './scope.ts';
import multipart from '@fastify/multipart';
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { FastifyInstance, FastifyReply, FastifyRequest, FastifySchema, FastifySchemaCompiler } from 'fastify';
import { Readable } from 'node:stream';
import { Type } from '../../base/http/schema.ts';
import { sessionOf } from '../../accounts/index.ts';
import { fileErrors } from '../errors.ts';
import type { Files } from '../files.ts';
import { bodyPieces } from './body-pieces.ts';
import {
  assertWholeContent,
  modifiedMsFrom,
  nameFromDisposition,
  sha256FromDigest,
  storeConditions,
} from './request-headers.ts';
import type { Upload } from '../versions/store.ts';
import { formStatus, storeForm } from './upload-form.ts';
import { whileAllowed, type TransferWatch } from './watched-transfer.ts';
import { EntryParams, FolderParams, StoredView, UploadResults } from '../wire.ts';

const OCTETS = 'application/octet-stream';
const FORM = 'multipart/form-data';
const Content = Type.Unsafe<unknown>({ type: 'string', format: 'binary', description: 'The file’s bytes, or a form' });

const uploadHeaders =
  '`Holdfast-Modified-Time` (RFC 3339) keeps the file’s own time; `Holdfast-Media-Type` says what it is, else its name does; ' +
  '`Content-Digest: sha-256=:…:` is held against what arrives; `Idempotency-Key` makes a repeated request one act; `If-Match: "<versionId>"`, `If-None-Match: *` and `If-Unmodified-Since` guard against other writers. ' +
  '`Content-Range` and `Content-Encoding` are refused.';

/** Uploads: the body is encrypted on its way into the store and never kept otherwise. */
export function uploadRoutes(files: Files, transfers: TransferWatch): FastifyPluginAsyncTypebox {
  return async (app) => {
    await app.register(multipart);
    const validatorCompiler = takeOctets(app);

    app.route({
      method: 'POST',
      url: '/drives/:driveId/folders/:folderId/files',
      config: filesScope,
      validatorCompiler,
      schema: {
        operationId: 'storeFiles',
        summary: 'Store files',
        description:
          "One file as `application/octet-stream` with its name in `Content-Disposition: attachment; filename*=UTF-8''…`, " +
          'or many as `multipart/form-data`, where fields `modifiedTime` and `contentDigest` hold for the file after them. ' +
          'A name that is there already gets a new version. A form answers 201 when every file was stored, 207 when only some were. ' +
          uploadHeaders,
        tags: ['files'],
        consumes: [OCTETS, FORM],
        params: FolderParams,
        body: Content,
        response: { 201: Type.Union([StoredView, UploadResults]), 207: UploadResults },
      },
      handler: async (request, reply) => {
        const session = sessionOf(request);
        const { driveId, folderId } = request.params;
        const transfer = { session, driveId, need: 'edit' as const };
        if (request.isMultipart()) {
          assertWholeContent(request.headers);
          const idempotencyKey = headerText(request, 'idempotency-key');
          const conditions = storeConditions(request.headers);
          const results = await whileAllowed(transfers, transfer, (signal) =>
            storeForm(files, request, { session, driveId, folderId, idempotencyKey, conditions, signal }),
          );
          return reply.code(formStatus(results)).send({ results });
        }
        const name = nameFromDisposition(request.headers['content-disposition']);
        const upload = uploadOf(request);
        const stored = await whileAllowed(transfers, transfer, (signal) =>
          files.store(session, driveId, { by: 'name', folderId, name }, { ...upload, signal }),
        );
        return answer(reply, stored);
      },
    });

    app.route({
      method: 'PUT',
      url: '/drives/:driveId/files/:entryId/content',
      config: filesScope,
      validatorCompiler,
      schema: {
        operationId: 'storeVersion',
        summary: 'Store a new version of a file',
        description: `The body is the whole new content. ${uploadHeaders}`,
        tags: ['files'],
        consumes: [OCTETS],
        params: EntryParams,
        body: Content,
        response: { 201: StoredView },
      },
      handler: async (request, reply) => {
        const { driveId, entryId } = request.params;
        const session = sessionOf(request);
        const upload = uploadOf(request);
        const stored = await whileAllowed(transfers, { session, driveId, need: 'edit' }, (signal) =>
          files.store(session, driveId, { by: 'id', entryId }, { ...upload, signal }),
        );
        return answer(reply, stored);
      },
    });
  };
}

/** Has the bodies of uploads come as streams. Answers the compiler for routes that take one. */
export function takeOctets(app: FastifyInstance): FastifySchemaCompiler<FastifySchema> {
  if (!app.hasContentTypeParser(OCTETS)) {
    app.addContentTypeParser(OCTETS, (_request, body, done) => done(null, body));
  }
  const parent = app.validatorCompiler;
  // The body is a stream, described for readers of the API but held against no schema.
  return (part) => (part.httpPart === 'body' || !parent ? () => true : parent(part));
}

/** One file as the whole body of a request, with its name; for routes of others that take uploads. */
export const uploadIn = {
  schema: Content,
  /** Throws what reading of the headers throws. */
  read: (request: FastifyRequest): Upload & { readonly name: string } => ({
    ...uploadOf(request),
    name: nameFromDisposition(request.headers['content-disposition']),
  }),
};

function uploadOf(request: FastifyRequest): Upload {
  const { headers, body } = request;
  if (!(body instanceof Readable)) {
    throw fileErrors('upload_form_invalid', { detail: `send the content as ${OCTETS}` });
  }
  assertWholeContent(headers);
  const length = headers['content-length'];
  const size = length === undefined ? undefined : Number(length);
  return {
    body: bodyPieces(body, size),
    isHandedOver: true,
    size,
    sha256: sha256FromDigest(headerText(request, 'content-digest')),
    modifiedMs: modifiedMsFrom(headerText(request, 'holdfast-modified-time')),
    mediaType: headerText(request, 'holdfast-media-type'),
    idempotencyKey: headerText(request, 'idempotency-key'),
    ...storeConditions(headers),
  };
}

function answer(reply: FastifyReply, stored: StoredView): FastifyReply {
  const { driveId, id, versionId } = stored.entry;
  return reply
    .code(201)
    .header('Location', `/api/v1/drives/${driveId}/entries/${id}`)
    .header('ETag', `"${versionId}"`)
    .send(stored);
}

export function headerText(request: FastifyRequest, name: string): string | undefined {
  const value = request.headers[name];
  return Array.isArray(value) ? value[0] : value;
}
