import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { roomsOptions, runCommand } from '../api.ts';

/** A line with two slashes is a message that begins with one. */
export const isCommand = (text: string): boolean => /^\/(?!\/)/.test(text);

/** Does what such a line says, and goes where it leads. */
export function useCommand(roomId: string, onDone: () => void) {
  const queries = useQueryClient();
  const navigate = useNavigate();
  return useMutation({
    mutationFn: (line: string) => runCommand(roomId, line),
    async onSuccess({ roomId: to }) {
      onDone();
      const listed = queries.invalidateQueries(roomsOptions);
      if (to === null) return;
      // It may be a room that is not on the list yet.
      await listed;
      await navigate({ to: '/chat/rooms/$roomId', params: { roomId: to } });
    },
  });
}
