/** One file on its way: the browser reads it from disk as it goes, so that its size does not matter here. */
import type { StoredView } from '../../../../../src/files/wire.ts';
import { noteSignedOut } from '../../../base/api.ts';
import { formatSize } from '../../../base/format.ts';
import { ApiError, type Problem, problemFrom, unreachable } from '../../../base/problem.ts';
import { CONNECTION_BROKE, type Upload, type UploadWatch } from './queue.ts';

export async function sendFile(
  { driveId, file, idempotencyKey }: Upload,
  folderId: string,
  watch: UploadWatch,
  more: Readonly<Record<string, string>>,
): Promise<StoredView> {
  return await postFile(`/drives/${driveId}/folders/${folderId}/files`, { file, idempotencyKey }, watch, more);
}

/** XMLHttpRequest, because fetch does not tell how much of a body is sent. `path` is below `/api/v1`. */
export async function postFile<Reply>(
  path: string,
  { file, idempotencyKey }: Pick<Upload, 'file' | 'idempotencyKey'>,
  { onProgress, signal }: UploadWatch,
  more: Readonly<Record<string, string>>,
): Promise<Reply> {
  signal.throwIfAborted();
  return await new Promise<Reply>((resolve, reject) => {
    const exchange = new XMLHttpRequest();
    exchange.open('POST', `/api/v1${path}`);
    exchange.responseType = 'json';
    for (const [name, value] of Object.entries({ ...headersFor(file, idempotencyKey), ...more })) {
      exchange.setRequestHeader(name, value);
    }
    let sent = 0;
    exchange.upload.addEventListener('progress', ({ loaded }) => {
      sent = loaded;
      onProgress(loaded);
    });
    exchange.addEventListener('load', () => {
      const body: unknown = exchange.response;
      if (exchange.status >= 200 && exchange.status < 300) {
        resolve(body as Reply);
        return;
      }
      if (exchange.status === 401) noteSignedOut(body);
      reject(new ApiError(problemFrom(exchange.status, body)));
    });
    exchange.addEventListener('error', () => reject(new ApiError(connectionBroke(sent, file.size))));
    exchange.addEventListener('abort', () => reject(new DOMException('Cancelled', 'AbortError')));
    signal.addEventListener('abort', () => exchange.abort(), { once: true });
    exchange.send(file);
  });
}

/** Whether it broke on the way or never came about makes a difference to who looks for the reason. */
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
