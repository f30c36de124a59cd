import { Button } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { type KeyboardEvent, useState } from 'react';
import { formatClock } from '../../../base/text/format.ts';
import { showToast } from '../../../app/toasts.ts';
import { ProblemNote } from '../../../base/requests/problem-note.tsx';
import { editMessage, type MessageView } from '../api.ts';
import composer from './composer.module.css';
import { dropEditDraft, editDraftOf, keepEditDraft } from './drafts.ts';
import { withEmojis } from './emoji.ts';
import styles from '../room/room.module.css';

export interface EditBoxProps {
  readonly message: MessageView;
  /** The server answered how it is now. */
  readonly onChanged: (message: MessageView) => void;
  readonly onClose: () => void;
}

/** In place of the composer while a message of one's own gets another text. */
export function EditBox({ message, onChanged, onClose }: EditBoxProps) {
  const [text, setText] = useState(() => editDraftOf(message));
  const act = useMutation({
    mutationFn: () => editMessage(message, withEmojis(text).trim()),
    onSuccess({ flagged, ...edited }) {
      dropEditDraft(message);
      if (flagged) showToast({ text: flagged.explanation });
      onChanged(edited);
    },
  });
  const change = (typed: string): void => {
    setText(typed);
    keepEditDraft(message, typed);
  };
  const close = (): void => {
    dropEditDraft(message);
    onClose();
  };
  const save = (): void => {
    if (text.trim() === message.text) close();
    // Told here only while it is open: by the time of a late answer another message may be edited in its place.
    else if (text.trim() !== '' && !act.isPending) act.mutate(undefined, { onSuccess: onClose });
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.nativeEvent.isComposing) return;
    if (event.key === 'Escape') close();
    else if (event.key === 'Enter' && !event.shiftKey) save();
    else return;
    event.preventDefault();
  };
  return (
    <div className={composer.composer}>
      {act.error && <ProblemNote error={act.error} tried="Edit the message" />}
      <div className={composer.box}>
        <div className={composer.growing} data-text={text}>
          <textarea
            ref={focusAtEnd}
            className={composer.field}
            rows={1}
            dir="auto"
            aria-label="Edit your message"
            // Escape ends the edit, and not the thread in which it is made.
            data-mantine-stop-propagation="true"
            value={text}
            readOnly={act.isPending}
            onChange={({ currentTarget }) => change(currentTarget.value)}
            onKeyDown={onKeyDown}
          />
        </div>
      </div>
      <div className={styles.editing}>
        <span className="soft">You edit what you wrote at {formatClock(message.time)}</span>
        <Button size="compact-sm" variant="default" onClick={close}>
          Cancel
        </Button>
        <Button size="compact-sm" loading={act.isPending} disabled={text.trim() === ''} onClick={save}>
          Save
        </Button>
      </div>
    </div>
  );
}

/** As soon as it is there. */
function focusAtEnd(field: HTMLTextAreaElement | null): void {
  field?.focus();
  field?.setSelectionRange(field.value.length, field.value.length);
}
