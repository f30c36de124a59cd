/** The frame of every decision: what it is about, why and until when, and the act. What was typed stays after a refusal. */
import { Button } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type ReactNode, type SyntheticEvent, useState } from 'react';
import { Dialog } from '../../base/dialogs/dialog.tsx';
import { ProblemNote } from '../../base/requests/problem-note.tsx';
import { sections } from '../../base/pages/sections.ts';
import { type Decision, everyFinding } from './api.ts';
import { DecisionFields, decisionOf, newDecision, ReasonField } from './decision-fields.tsx';

export interface DecisionDialogProps<Done> {
  readonly title: string;
  readonly children: ReactNode;
  /** What the button says. */
  readonly act: string;
  readonly reasonHint: string;
  /** What happens when the time is over; left out where the decision is for good. */
  readonly endHint?: string;
  readonly run: (decision: Decision) => Promise<Done>;
  /** It is decided; told also when nobody waits for it here any more. */
  readonly onDone: (done: Done) => void;
  readonly onClose: () => void;
}

export function DecisionDialog<Done>(props: DecisionDialogProps<Done>) {
  const { title, children, act, reasonHint, endHint, run, onDone, onClose } = props;
  const queries = useQueryClient();
  const [form, setForm] = useState(newDecision);
  const doing = useMutation({
    mutationFn: () => run(decisionOf({ ...form, reason: form.reason.trim() }, Date.now())),
    onSuccess: (done) => {
      void queries.invalidateQueries({ queryKey: everyFinding });
      onDone(done);
    },
  });
  const submit = (event: SyntheticEvent): void => {
    event.preventDefault();
    // Told here only while this is open: by the time of a late answer another dialog may stand in its place.
    doing.mutate(undefined, { onSuccess: onClose });
  };
  return (
    <Dialog onClose={onClose} title={title} closeOnClickOutside={false}>
      <form className={sections.dialog} onSubmit={submit}>
        {children}
        {endHint === undefined ? (
          <ReasonField hint={reasonHint} value={form.reason} onChange={(reason) => setForm({ ...form, reason })} />
        ) : (
          <DecisionFields form={form} onChange={setForm} reasonHint={reasonHint} endHint={endHint} />
        )}
        {doing.error && <ProblemNote error={doing.error} tried={title} />}
        <div className={sections.dialogActs}>
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" loading={doing.isPending} disabled={form.reason.trim() === ''}>
            {act}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
