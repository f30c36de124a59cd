import { Button } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { Dialog } from '../../../base/dialogs/dialog.tsx';
import { ProblemNote } from '../../../base/requests/problem-note.tsx';
import { sections } from '../../../base/pages/sections.ts';

export interface StopSharingProps {
  readonly name: string;
  /** Throws the refusal; the dialog stays open then. */
  readonly onStop: () => Promise<unknown>;
  readonly onClose: () => void;
}

/** Asked first, because it cannot be taken back. */
export function StopSharing({ name, onStop, onClose }: StopSharingProps) {
  const act = useMutation({ mutationFn: onStop });
  return (
    <Dialog onClose={onClose} title="Stop sharing">
      <div className={sections.dialog}>
        <p>
          Nobody in the room opens <bdi>{name}</bdi> through this message any more, and its key is destroyed. The file
          itself stays where it is.
        </p>
        <p>Whoever has downloaded it before still has it: that cannot be undone.</p>
        {act.error && <ProblemNote error={act.error} tried={`Stop sharing “${name}”`} />}
        <div className={sections.dialogActs}>
          {/* Its script may come after somebody has gone on typing: the next key must not do what cannot be taken back. */}
          <Button variant="default" onClick={onClose} data-autofocus>
            Cancel
          </Button>
          <Button color="red" loading={act.isPending} onClick={() => act.mutate(undefined, { onSuccess: onClose })}>
            Stop sharing
          </Button>
        </div>
      </div>
    </Dialog>
  );
}
