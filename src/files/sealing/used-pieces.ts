import { releaseMemory } from '../../base/memory/release-memory.ts';

/** Pieces of one stream that may not be looked at any more. */
export interface UsedPieces {
  /** The piece was pushed into the transform, after all those before it. */
  add(piece: Uint8Array): void;
  /** Nothing is left of any of them: the transform has ended. */
  end(): void;
}

/**
 * Gives pieces back as soon as nothing is left of them: a transform keeps what came last for later, `largestRest` bytes at most. So
 * what so many bytes were pushed after is used up, whatever the sizes of the pieces.
 */
export function usedPieces(largestRest: number): UsedPieces {
  const pieces: Uint8Array[] = [];
  let bytes = 0;
  const releaseWhile = (isUsedUp: (bytesAfter: number) => boolean): void => {
    for (let first = pieces[0]; first && isUsedUp(bytes - first.length); first = pieces[0]) {
      // Before it is released: then it has no length.
      bytes -= first.length;
      pieces.shift();
      releaseMemory(first);
    }
  };
  return {
    add(piece) {
      pieces.push(piece);
      bytes += piece.length;
      releaseWhile((bytesAfter) => bytesAfter >= largestRest);
    },
    end: () => releaseWhile(() => true),
  };
}
