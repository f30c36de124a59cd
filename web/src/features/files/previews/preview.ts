/** A file as the app itself shows it: fetched, held against what it is by its bytes, and given to the browser as just that. */
import { requestBytes } from '../../../base/requests/api.ts';
import { pictureSize } from './picture-size.ts';
import { type ShownType, shownTypeOf } from './shown-type.ts';

/** Shown without a click; what is larger is downloaded. */
export const PICTURE_BYTES = 8 * 2 ** 20;
export const PDF_BYTES = 32 * 2 ** 20;
/** Unpacked a pixel takes four bytes. */
const PICTURE_PIXELS = 40_000_000;

export type Preview =
  | { readonly state: 'shown'; readonly type: ShownType; readonly url: string; readonly bytes: number }
  /** `other`: it is nothing that is shown here, whatever it is called. `vast`: it would take too much memory. */
  | { readonly state: 'other' | 'vast' };

/** What may be shown of a file by what it is called; the bytes decide in the end. */
export function previewKind(mediaType: string, size: number): 'picture' | 'pdf' | null {
  if (/^image\/(?:png|jpeg|gif|webp)$/.test(mediaType)) return size <= PICTURE_BYTES ? 'picture' : null;
  if (mediaType === 'application/pdf') return size <= PDF_BYTES && navigator.pdfViewerEnabled ? 'pdf' : null;
  return null;
}

/**
 * `path` is below `/api/v1`. Whoever asks lets go of the URL with `URL.revokeObjectURL`. Throws `ApiError`.
 * Of the type we found, so that the browser takes it for nothing else.
 */
export async function loadPreview(path: string, kind: 'picture' | 'pdf', signal?: AbortSignal): Promise<Preview> {
  const bytes = await requestBytes(path, signal);
  const type = shownTypeOf(bytes);
  if (type === null || (type === 'application/pdf') !== (kind === 'pdf')) return { state: 'other' };
  if (kind === 'picture') {
    const size = pictureSize(bytes, type);
    if (size === null) return { state: 'other' };
    if (size.width * size.height > PICTURE_PIXELS) return { state: 'vast' };
  }
  return { state: 'shown', type, url: URL.createObjectURL(new Blob([bytes], { type })), bytes: bytes.length };
}
