import { useQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import { preferencesOptions, roomsOptions, type RoomView } from '../api.ts';
import { listenToNew } from '../line/chat-line.ts';

/** Every room that this person may enter; the live connection keeps it right from then on. */
export function useRooms() {
  const rooms = useQuery(roomsOptions);
  useQuery(preferencesOptions);
  const { data } = rooms;
  useEffect(() => {
    if (data) listenToNew(data);
  }, [data]);
  return rooms;
}

/** More than these are found under Chat; those in use stay in the list. */
const FEW = 12;

/** What stands in the side bar: rooms and conversations that are in use, or all where there are few. */
export function inUse(rooms: readonly RoomView[]): { rooms: readonly RoomView[]; people: readonly RoomView[] } {
  const open = rooms.filter(({ archived }) => !archived);
  const isFew = open.length <= FEW;
  const isUsed = ({ member, read, unread, kind }: RoomView): boolean =>
    isFew || member || kind === 'direct' || read > 0 || unread.mentions > 0;
  const used = open.filter(isUsed);
  return {
    rooms: used.filter(({ kind }) => kind !== 'direct'),
    people: used
      .filter(({ kind }) => kind === 'direct')
      .toSorted((a, b) => b.unread.messages - a.unread.messages || (a.createdTime < b.createdTime ? 1 : -1)),
  };
}
