/** What stands open beside a room, in its address. */
export interface RoomSearch {
  /** The message that a thread began with. */
  readonly thread?: number;
  /** RFC 3339: a day to open the room at. */
  readonly at?: string;
}

export function roomSearchFrom({ thread, at }: Record<string, unknown>): RoomSearch {
  return {
    ...(typeof thread === 'number' && Number.isSafeInteger(thread) ? { thread } : {}),
    ...(typeof at === 'string' ? { at } : {}),
  };
}
