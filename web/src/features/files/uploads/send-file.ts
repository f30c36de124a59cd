/** One file on its way: the browser reads it from disk as it goes, so that its size does not matter here. */
import type { StoredView } from '../../../../../src/files/wire.ts';
import { noteSignedOut } from '../../../base/api.ts';
import { ApiError, problemFrom, unreachable } from '../../../base/problem.ts';
import type { QueueDeps } from './queue.ts';

/** XMLHttpRequest, because fetch does not tell how much of a body is sent. */
export const sendFile: QueueDeps['send'] = ({ driveId, file, idempotencyKey }, folderId, { onProgress, signal }) =>
  new Promise<StoredView>((resolve, reject) => {
    const exchange = new XMLHttpRequest();
    exchange.open('POST', `/api/v1/drives/${driveId}/folders/${folderId}/files`);
    exchange.responseType = 'json';
    for (const [name, value] of Object.entries(headersFor(file, idempotencyKey))) {
      exchange.setRequestHeader(name, value);
    }
    exchange.upload.addEventListener('progress', ({ loaded }) => onProgress(loaded));
    exchange.addEventListener('load', () => {
      const body: unknown = exchange.response;
      if (exchange.status >= 200 && exchange.status < 300) {
        resolve(body as StoredView);
        return;
      }
      if (exchange.status === 401) noteSignedOut(body);
      reject(new ApiError(problemFrom(exchange.status, body)));
    });
    exchange.addEventListener('error', () => reject(new ApiError(unreachable)));
    exchange.addEventListener('abort', () => reject(new DOMException('Cancelled', 'AbortError')));
    signal.addEventListener('abort', () => exchange.abort(), { once: true });
    exchange.send(file);
  });

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
