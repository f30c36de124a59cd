/** A turn of the event loop in which nothing came takes a tenth of it; one in which a request came, several times as long. */
const BUSY_TURN_MS = 0.1;

/**
 * Calls `act` once the event loop has nothing else to do: what takes long, and is done for all who wait together, is better done
 * when those who are on their way have come. After `longestMs` it is called all the same.
 */
export function whenLoopRests(longestMs: number, act: () => void): void {
  const until = performance.now() + longestMs;
  const look = (turnBeganAt: number): void => {
    const now = performance.now();
    if (now < until && now - turnBeganAt > BUSY_TURN_MS) setImmediate(look, now);
    else act();
  };
  // The turn that this is called in was none of rest. What is ready meanwhile has its turn first, whatever it is.
  setImmediate(() => void setImmediate(look, performance.now()));
}
