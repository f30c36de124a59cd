import { Button, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { type SyntheticEvent, useState } from 'react';
import { Dialog } from '../../base/dialog.tsx';
import { ProblemNote } from '../../base/problem-note.tsx';
import { sections } from '../../base/sections.ts';
import { roomsOptions, startConversation } from './api.ts';
import { withRoom } from './rooms-news.ts';

/** With one other person, or a few. */
export function StartConversation({ onClose }: { readonly onClose: () => void }) {
  const queries = useQueryClient();
  const navigate = useNavigate();
  const [typed, setTyped] = useState('');
  const handles = [...new Set(typed.split(/[\s,]+/).flatMap((each) => (each === '' ? [] : [each.replace(/^@/, '')])))];
  const act = useMutation({
    mutationFn: () => startConversation(handles),
    onSuccess(room) {
      queries.setQueryData(roomsOptions.queryKey, (now) => now && [...withRoom(now, room)]);
      onClose();
      void navigate({ to: '/chat/rooms/$roomId', params: { roomId: room.roomId } });
    },
  });
  const submit = (event: SyntheticEvent): void => {
    event.preventDefault();
    act.mutate();
  };
  return (
    <Dialog onClose={onClose} title="New conversation">
      <form className={sections.dialog} onSubmit={submit}>
        <TextInput
          label="With whom"
          description="Their handles, as in grace, ada. The same people have one conversation, and nobody is added later."
          required
          withAsterisk={false}
          autoComplete="off"
          data-autofocus
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
        />
        {act.error && <ProblemNote error={act.error} tried="Start the conversation" />}
        <div className={sections.dialogActs}>
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" loading={act.isPending} disabled={handles.length === 0}>
            Start it
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
