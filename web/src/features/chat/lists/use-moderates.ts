import { useQuery } from '@tanstack/react-query';
import { useMe } from '../../accounts/api.ts';
import { roomsOptions } from '../api.ts';

/** Whether this person decides about messages anywhere: admins do, and whoever moderates a room. */
export function useModerates(): boolean {
  const isAdmin = useMe()?.role === 'admin';
  const rooms = useQuery(roomsOptions).data ?? [];
  return isAdmin || rooms.some(({ kind, role }) => kind !== 'direct' && role !== 'member');
}
