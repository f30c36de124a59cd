/**
 * Gives the memory of `piece` back at once; the piece is empty afterwards. What a cipher puts out lies outside of V8's
 * heap, which sees a few small objects and is in no hurry to free them: gigabytes pass through memory that is fetched
 * from the system page by page. Given back, the next piece gets the same memory, warm in the processor's caches.
 *
 * Only for who made the piece or was handed it for good. A piece that shares its memory with others is left alone.
 */
export function releaseMemory({ buffer, byteLength }: Uint8Array): void {
  // What is transferred into no bytes is let go.
  if (byteLength > 0 && buffer instanceof ArrayBuffer && buffer.byteLength === byteLength) buffer.transfer(0);
}
