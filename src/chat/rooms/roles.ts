/** What a member may do in a room; each role may do what those before it may. */
export const roomRoles = ['member', 'moderator', 'owner'] as const;
export type RoomRole = (typeof roomRoles)[number];

export function isAtLeast(role: RoomRole | null, needed: RoomRole): boolean {
  return role !== null && roomRoles.indexOf(role) >= roomRoles.indexOf(needed);
}

/** "a moderator", "an owner": for sentences. */
export function oneOfRole(role: RoomRole): string {
  return `${role === 'owner' ? 'an' : 'a'} ${role}`;
}
