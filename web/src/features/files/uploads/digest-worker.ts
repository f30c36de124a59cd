/** Reads files and hashes them away from the page, so that it stays quick meanwhile. */
import type { DigestAnswer, DigestRequest } from './digest.ts';
import { sha256 } from './sha-256.ts';

/** Up to here a browser’s own is faster, where it has one: it takes a file whole, and only on pages that came over TLS. */
const WHOLE_BYTES = 16 * 2 ** 20;
const cancelled = new Set<number>();

addEventListener('message', ({ data }: MessageEvent<DigestRequest>) => {
  if (data.file === null) cancelled.add(data.id);
  else void answer(data.id, data.file);
});

async function answer(id: number, file: File): Promise<void> {
  let reply: DigestAnswer;
  try {
    reply = { id, digest: await digest(id, file) };
  } catch (error) {
    reply = { id, digest: null, why: error instanceof Error ? error.name : 'Error' };
  }
  cancelled.delete(id);
  postMessage(reply);
}

async function digest(id: number, file: File): Promise<Uint8Array> {
  // Undefined on plain HTTP, whatever the types say.
  const subtle = crypto.subtle as SubtleCrypto | undefined;
  if (subtle && file.size <= WHOLE_BYTES) {
    return new Uint8Array(await subtle.digest('SHA-256', await file.arrayBuffer()));
  }
  const hash = sha256();
  const reader = file.stream().getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return hash.digest();
    if (cancelled.has(id)) {
      await reader.cancel();
      throw new DOMException('Cancelled', 'AbortError');
    }
    hash.update(value);
  }
}
