import { Button, TextInput } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { type SyntheticEvent, useState } from 'react';
import { Dialog } from '../../../base/dialogs/dialog.tsx';
import { sections } from '../../../base/pages/sections.ts';

export function JumpToDate({ roomId, onClose }: { readonly roomId: string; readonly onClose: () => void }) {
  const navigate = useNavigate();
  const [day, setDay] = useState('');
  const go = (event: SyntheticEvent): void => {
    event.preventDefault();
    // Midnight where the person is.
    const at = new Date(`${day}T00:00`).toISOString();
    onClose();
    void navigate({ to: '/chat/rooms/$roomId', params: { roomId }, search: { at } });
  };
  return (
    <Dialog onClose={onClose} title="Jump to a date">
      <form className={sections.dialog} onSubmit={go}>
        <TextInput
          label="Day"
          description="Opens the room at the first message of that day, or after it."
          type="date"
          required
          withAsterisk={false}
          data-autofocus
          value={day}
          onChange={(event) => setDay(event.currentTarget.value)}
        />
        <div className={sections.dialogActs}>
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" disabled={Number.isNaN(Date.parse(day))}>
            Jump there
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
