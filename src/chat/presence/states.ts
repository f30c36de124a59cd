/** What somebody is to the others. */
export const presences = ['online', 'away', 'offline'] as const;
export type PresenceState = (typeof presences)[number];
