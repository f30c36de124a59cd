/** Pictures that are shown, and some that were lately: scrolling back shows them at once, without asking for them again. */
import { loadPreview, type Preview } from './preview.ts';

const MOST_BYTES = 64 * 2 ** 20;
const MOST = 60;

const kept = new Map<string, Preview>();
interface Coming {
  readonly preview: Promise<Preview>;
  readonly stop: AbortController;
}
const coming = new Map<string, Coming>();
/** On how many places each is wanted just now. */
const wanted = new Map<string, number>();

export function keptPicture(path: string): Preview | undefined {
  return kept.get(path);
}

/**
 * Its URL is good until `left`; what nobody wants any more, as when it was scrolled past, is not loaded to its end.
 * Throws `ApiError`, and whatever `left` throws.
 */
export async function loadPicture(path: string, left: AbortSignal): Promise<Preview> {
  wanted.set(path, (wanted.get(path) ?? 0) + 1);
  left.addEventListener('abort', () => unwant(path), { once: true });
  const known = kept.get(path);
  if (known) return known;
  return await (coming.get(path) ?? ask(path)).preview;
}

function unwant(path: string): void {
  const others = (wanted.get(path) ?? 0) - 1;
  if (others > 0) {
    wanted.set(path, others);
    return;
  }
  wanted.delete(path);
  coming.get(path)?.stop.abort();
  coming.delete(path);
  letGo();
}

function ask(path: string): Coming {
  const stop = new AbortController();
  const load = async (): Promise<Preview> => {
    try {
      const picture = await loadPreview(path, 'picture', stop.signal);
      if (stop.signal.aborted) forget(picture);
      stop.signal.throwIfAborted();
      kept.set(path, picture);
      letGo();
      return picture;
    } finally {
      // Somebody may have come back to it after it was stopped, and wait for another.
      if (!stop.signal.aborted) coming.delete(path);
    }
  };
  const asked = { preview: load(), stop };
  coming.set(path, asked);
  return asked;
}

/** The oldest first, and nothing that is shown. */
function letGo(): void {
  const bytesOf = (preview: Preview): number => (preview.state === 'shown' ? preview.bytes : 0);
  let bytes = [...kept.values()].reduce((sum, preview) => sum + bytesOf(preview), 0);
  let count = kept.size;
  for (const [path, preview] of kept) {
    if (count <= MOST && bytes <= MOST_BYTES) return;
    if (wanted.has(path)) continue;
    kept.delete(path);
    count -= 1;
    bytes -= bytesOf(preview);
    forget(preview);
  }
}

function forget(preview: Preview): void {
  if (preview.state === 'shown') URL.revokeObjectURL(preview.url);
}
