import { newId } from '../../../base/ids.ts';
import { storageErrors } from '../../errors.ts';
import { readBody, sizeChecked, untilAborted } from '../body.ts';
import { assertPartNumber, assertParts } from '../multipart-rules.ts';
import { assertObjectKey } from '../object-key.ts';
import type { MultipartUploads } from '../object-store.ts';
import type { S3Bucket } from './bucket.ts';
import { abortUpload, aboutUpload, completeUpload, createUpload, listUploadParts, sendPart } from './upload.ts';
import { assertFree } from './write.ts';

/** A part is held in memory while it is sent, so that it can be sent again. */
const MAX_PART_BYTES = 256 * 2 ** 20;

/**
 * Our id of an upload: that of the put its object will carry, and the store's own. So it is known even after a restart
 * what the object of a completion looks like whose answer was lost.
 */
const UPLOAD_ID = /^([0-9a-f-]{36})~([\x21-\x7e]{1,1024})$/;

export function s3Multipart(bucket: S3Bucket): MultipartUploads {
  const open = (key: string, uploadId: string, attempted: string) => {
    assertObjectKey(key, attempted);
    const [, putId, id] = UPLOAD_ID.exec(uploadId) ?? [];
    if (putId === undefined || id === undefined) throw storageErrors('upload_not_found', { attempted });
    return { putId, id };
  };
  return {
    async create(key, { signal } = {}) {
      const attempted = 'Begin an upload';
      assertObjectKey(key, attempted);
      const putId = newId();
      return { uploadId: `${putId}~${await createUpload(bucket, { key, putId, attempted, signal })}` };
    },

    async putPart(key, uploadId, number, body, { signal } = {}) {
      const attempted = `Store part ${number} of an upload`;
      assertPartNumber(number, bucket.properties, attempted);
      const { id } = open(key, uploadId, attempted);
      signal?.throwIfAborted();
      const checked = sizeChecked(untilAborted(body, signal), { maxBytes: MAX_PART_BYTES, attempted });
      const bytes = await readBody(checked, MAX_PART_BYTES);
      return aboutUpload(attempted, () =>
        bucket.parts.run(() => sendPart(bucket, { key, uploadId: id, number, bytes }, attempted, signal), signal),
      );
    },

    async listParts(key, uploadId, { signal } = {}) {
      const attempted = 'List the parts of an upload';
      return listUploadParts(bucket, key, open(key, uploadId, attempted).id, attempted, signal);
    },

    async complete(key, uploadId, parts, options = {}) {
      const attempted = 'Finish an upload';
      const { id, putId } = open(key, uploadId, attempted);
      options.signal?.throwIfAborted();
      const stored = await listUploadParts(bucket, key, id, attempted, options.signal);
      assertParts(parts, stored, bucket.properties, attempted);
      const size = parts.reduce((sum, part) => sum + part.size, 0);
      if (options.size !== undefined && options.size !== size) {
        const detail = `${size} bytes where ${options.size} were announced`;
        throw storageErrors('body_size_mismatch', { attempted, detail });
      }
      await assertFree(bucket, key, options, attempted);
      const { createOnly = false } = options;
      return completeUpload(bucket, { key, putId, size, createOnly, attempted }, id, parts);
    },

    async abort(key, uploadId, { signal } = {}) {
      const attempted = 'End an upload';
      assertObjectKey(key, attempted);
      const id = UPLOAD_ID.exec(uploadId)?.[2];
      if (id !== undefined) await abortUpload(bucket, key, id, attempted, signal);
    },
  };
}
