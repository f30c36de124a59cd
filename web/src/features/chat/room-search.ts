/** What stands open beside a room, in its address. */
export interface RoomSearch {
  /** The message that a thread began with. */
  readonly thread?: number;
  readonly panel?: 'about' | 'pins';
  /** RFC 3339: a day to open the room at. */
  readonly at?: string;
}

export function roomSearchFrom({ thread, panel, at }: Record<string, unknown>): RoomSearch {
  return {
    ...(typeof thread === 'number' && Number.isSafeInteger(thread) ? { thread } : {}),
    ...(panel === 'about' || panel === 'pins' ? { panel } : {}),
    ...(typeof at === 'string' ? { at } : {}),
  };
}
