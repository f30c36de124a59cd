/** One file on its way: the browser reads it from disk as it goes, so that its size does not matter here. */
import type { StoredView } from '../../../../../src/files/wire.ts';
import { formatSize } from '../../../base/text/format.ts';
import { type Problem, unreachable } from '../../../base/requests/problem.ts';
import { sendBody } from '../../../base/requests/send-body.ts';
import { CONNECTION_BROKE, type Upload, type UploadWatch } from './queue.ts';

export async function sendFile(
  { driveId, file, idempotencyKey }: Upload,
  folderId: string,
  watch: UploadWatch,
  more: Readonly<Record<string, string>>,
): Promise<StoredView> {
  return await postFile(`/drives/${driveId}/folders/${folderId}/files`, { file, idempotencyKey }, watch, more);
}

/** `path` is below `/api/v1`. */
export async function postFile<Reply>(
  path: string,
  { file, idempotencyKey }: Pick<Upload, 'file' | 'idempotencyKey'>,
  watch: UploadWatch,
  more: Readonly<Record<string, string>>,
): Promise<Reply> {
  return await sendBody(path, file, {
    ...watch,
    headers: { ...headersFor(file, idempotencyKey), ...more },
    broke: (sentBytes) => connectionBroke(sentBytes, file.size),
  });
}

function connectionBroke(sentBytes: number, size: number): Problem {
  if (sentBytes === 0) return { ...unreachable, remedy: 'It goes on by itself once the server answers, or try again.' };
  return {
    code: CONNECTION_BROKE,
    status: 0,
    title: 'The connection broke',
    detail: `${formatSize(sentBytes)} of ${formatSize(size)} were sent, and nothing of it was stored`,
    remedy:
      'It is sent anew by itself once the server answers, or try again. Files that are stored are not sent again.',
  };
}

/** The name goes in a header, never in the address, which ends up in logs (RFC 6266, RFC 8187). */
export function headersFor(file: Pick<File, 'name' | 'type' | 'lastModified'>, key: string): Record<string, string> {
  const name = encodeURIComponent(file.name.toWellFormed()).replaceAll(
    /['()*!]/g,
    (letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return {
    'content-type': 'application/octet-stream',
    'content-disposition': `attachment; filename*=UTF-8''${name}`,
    'holdfast-modified-time': new Date(file.lastModified).toISOString(),
    'idempotency-key': key,
    ...(file.type === '' ? {} : { 'holdfast-media-type': file.type }),
  };
}
