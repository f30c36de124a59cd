import type { Holder } from '../../files/index.ts';

/** Whoever is in the room holds what was shared with it. */
export const holderOf = (roomId: string): Holder => ({ kind: 'room', id: roomId });
