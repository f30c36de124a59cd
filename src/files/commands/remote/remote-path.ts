import { isUtf8 } from 'node:buffer';
import { visible } from '../../../base/text/visible.ts';
import { transferErrors } from '../transfer/transfer-errors.ts';

/** A place in a drive as a person types it. */
export interface RemotePath {
  /** null: the personal drive. */
  readonly drive: string | null;
  readonly segments: readonly string[];
  /** It ended in `/`: the folder itself is meant, to put something into. */
  readonly into: boolean;
}

/** Throws `remote_path_invalid`. Names themselves are judged by the server, except `.` and `..`: they mean nothing here. */
export function parseRemotePath(text: string): RemotePath {
  const attempted = `Read the path “${visible(text)}”`;
  const start = text.startsWith('/') ? 0 : text.indexOf(':/') + 1;
  const drive = text.slice(0, Math.max(0, start - 1));
  const named = start > 0 && !drive.includes('/');
  if (!text.startsWith('/') && !named) {
    const remedy = text === '' || text.includes(':') ? undefined : `Did you mean: /${visible(text)}`;
    throw transferErrors('remote_path_invalid', { attempted, ...(remedy && { remedy }) });
  }
  if (named && drive === '')
    throw transferErrors('remote_path_invalid', { attempted, detail: 'the drive has no name' });
  const segments = text
    .slice(start)
    .split('/')
    .filter((segment) => segment !== '');
  const dots = segments.find((segment) => segment === '.' || segment === '..');
  if (dots !== undefined) {
    throw transferErrors('remote_path_invalid', {
      attempted,
      detail: `“${dots}” means nothing in a drive`,
      remedy: 'Write the whole path, starting at “/”.',
    });
  }
  // Bytes in an argument that are no UTF-8 arrive as U+FFFD or lone surrogates: the name would be another one.
  if (!text.isWellFormed() || !isUtf8(Buffer.from(text))) {
    throw transferErrors('remote_path_invalid', { attempted, detail: 'it is not well-formed Unicode' });
  }
  return { drive: named ? drive : null, segments, into: text.endsWith('/') };
}

/** The path as the person would type it. */
export function remoteText(drive: string | null, segments: readonly string[]): string {
  return `${drive === null ? '' : `${drive}:`}/${segments.join('/')}`;
}
