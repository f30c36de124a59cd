const panels = ['about', 'pins', 'moderation', 'bots'] as const;
export type Panel = (typeof panels)[number];
const parts = ['reports', 'people', 'rules', 'log'] as const;
export type ModerationPart = (typeof parts)[number];

/** What stands open beside a room, in its address. */
export interface RoomSearch {
  /** The message that a thread began with. */
  readonly thread?: number;
  readonly panel?: Panel;
  /** Of the panel for moderators. */
  readonly part?: ModerationPart;
  /** RFC 3339: a day to open the room at. */
  readonly at?: string;
}

export function roomSearchFrom({ thread, panel, part, at }: Record<string, unknown>): RoomSearch {
  return {
    ...(typeof thread === 'number' && Number.isSafeInteger(thread) ? { thread } : {}),
    ...(panels.includes(panel as Panel) ? { panel: panel as Panel } : {}),
    ...(panel === 'moderation' ? { part: parts.find((each) => each === part) ?? 'reports' } : {}),
    ...(typeof at === 'string' ? { at } : {}),
  };
}
