import { Button, Checkbox, NativeSelect } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type SyntheticEvent, useState } from 'react';
import { Dialog } from '../../base/dialogs/dialog.tsx';
import { keepAnswer } from '../../base/requests/keep-answer.ts';
import { ProblemNote } from '../../base/requests/problem-note.tsx';
import { sections } from '../../base/pages/sections.ts';
import { beginAudit, placesOptions, type PlaceView } from './api.ts';
import { placeName } from './words.ts';

export interface LookDialogProps {
  readonly places: readonly PlaceView[];
  readonly onClose: () => void;
}

export function LookDialog({ places, onClose }: LookDialogProps) {
  const queries = useQueryClient();
  const [placeId, setPlaceId] = useState('');
  const [probe, setProbe] = useState(false);
  const begin = useMutation({
    mutationFn: () => beginAudit(placeId === '' ? null : placeId, probe),
    onSuccess: (now) => keepAnswer(queries, placesOptions, now),
  });
  const submit = (event: SyntheticEvent): void => {
    event.preventDefault();
    begin.mutate(undefined, { onSuccess: onClose });
  };
  return (
    <Dialog onClose={onClose} title="Look at the buckets">
      <form className={sections.dialog} onSubmit={submit}>
        <p>The server reads how each bucket is set up, with its own rights, and changes nothing.</p>
        <NativeSelect
          label="Where"
          data={[
            { value: '', label: 'Everywhere' },
            ...places.map((place) => ({ value: place.placeId, label: placeName(place) })),
          ]}
          value={placeId}
          onChange={(event) => setPlaceId(event.currentTarget.value)}
        />
        <Checkbox
          label="Also ask as a stranger would"
          description="Without credentials: for the list, the ACL, and the first byte of some objects. It only reads, and takes longer."
          checked={probe}
          onChange={(event) => setProbe(event.currentTarget.checked)}
        />
        {begin.error && <ProblemNote error={begin.error} tried="Look at the buckets" />}
        <div className={sections.dialogActs}>
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" loading={begin.isPending} data-autofocus>
            Look now
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
