/** Credentials of a role, asked for anew before they end: a long audit outlives the hour that a role is given for. */

interface Lasting {
  /** Missing: they last for ever. */
  readonly expiration?: Date;
}

const AHEAD_MS = 300_000;

/**
 * Asks once, and throws what that throws. Later, when asking again fails, what is there goes on for as long as it
 * holds, and the next request asks once more.
 */
export async function keptFresh<Credentials extends Lasting>(
  ask: () => Promise<Credentials>,
  clock: () => number = Date.now,
): Promise<() => Promise<Credentials>> {
  let current = await ask();
  let asking: Promise<Credentials> | null = null;
  const untilMs = (): number => current.expiration?.getTime() ?? Number.POSITIVE_INFINITY;
  const renew = async (): Promise<Credentials> => {
    try {
      current = await ask();
    } catch (error) {
      if (clock() >= untilMs()) throw error;
    } finally {
      asking = null;
    }
    return current;
  };
  return async () => {
    if (clock() <= untilMs() - AHEAD_MS) return current;
    asking ??= renew();
    return await asking;
  };
}
