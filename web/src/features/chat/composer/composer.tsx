/** Where messages are written: Enter sends, Shift Enter breaks the line, Up edits the last own message. */
import { ActionIcon } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import IconSend2 from '@tabler/icons-react/icons/IconSend2';
import {
  type ClipboardEvent,
  type KeyboardEvent,
  useEffect,
  useId,
  useImperativeHandle,
  useLayoutEffect,
  useRef,
  useState,
} from 'react';
import type { Ref } from 'react';
import { showToast } from '../../../app/toasts.ts';
import { counted } from '../../../base/text/format.ts';
import { useStore } from '../../../base/store.ts';
import { AttachButton } from '../attachments/attach-button.tsx';
import { DropArea } from '../attachments/drop-area.tsx';
import { filesPasted } from '../attachments/pasted.ts';
import { addFiles, MOST_FILES, pendingFiles, placeOf, takeFiles } from '../attachments/pending.ts';
import { PendingList } from '../attachments/pending-list.tsx';
import { commandsOptions } from '../api.ts';
import { tellTyping } from '../line/chat-line.ts';
import { CommandAnswer } from './command-answer.tsx';
import { completionAt, type Named, type Proposal } from './completion.ts';
import styles from './composer.module.css';
import { draftOf, keepDraft } from './drafts.ts';
import { EmojiPicker } from './emoji-picker.tsx';
import { withEmojis } from './emoji.ts';
import type { Said } from '../line/outbox.ts';
import { isCommand, useCommand } from './use-command.ts';

export interface ComposerProps {
  readonly roomId: string;
  readonly label: string;
  /** Of a thread. */
  readonly thread?: number;
  readonly people: readonly Named[];
  readonly onSend: (said: Said) => void;
  /** Who will be able to open what is attached, as in "in #general". */
  readonly audience: string;
  /** Up in an empty field. */
  readonly onEditLast?: () => void;
  readonly ref?: Ref<ComposerHandle>;
}

export interface ComposerHandle {
  readonly focus: () => void;
  /** Files that go with what is being written. */
  readonly attach: (files: readonly File[]) => void;
}

const TYPING_EVERY_MS = 3_000;
/** As the server counts; more is a file. */
const MOST_BYTES = 16 * 1024;

export function Composer(props: ComposerProps) {
  const { roomId, label, thread, people, onSend, audience, onEditLast, ref } = props;
  const place = placeOf(roomId, thread);
  const files = useStore(pendingFiles)[place] ?? [];
  const areReady = files.every(({ uploaded }) => uploaded !== null);
  const [text, setText] = useState(() => draftOf(roomId, thread));
  const [caret, setCaret] = useState(0);
  const [chosen, setChosen] = useState(0);
  const [dismissed, setDismissed] = useState<string | null>(null);
  const field = useRef<HTMLTextAreaElement>(null);
  const toldTyping = useRef(0);
  const caretAfter = useRef<number | null>(null);
  const listId = useId();
  useEffect(() => keepDraft(roomId, thread, text), [roomId, thread, text]);
  // With the new text in the field, and before the next key: whoever types on goes on behind what was put in.
  useLayoutEffect(() => {
    const at = caretAfter.current;
    caretAfter.current = null;
    if (at !== null) field.current?.setSelectionRange(at, at);
  });

  const { data: commands = [] } = useQuery(commandsOptions);
  const command = useCommand(roomId, () => setText(''));
  const found = completionAt(text, caret, { people, commands });
  const completion = found && dismissed !== text ? found : null;
  const current = Math.min(chosen, (completion?.proposals.length ?? 1) - 1);
  const bytes = new Blob([text]).size;
  const isTooLong = bytes > MOST_BYTES;
  const maySend = (text.trim() !== '' || files.length > 0) && areReady && !isTooLong && !command.isPending;
  const attach = (given: readonly File[]): void => {
    const tooMany = addFiles(place, roomId, given);
    if (tooMany > 0) {
      showToast({ text: `One message carries ${MOST_FILES} files: ${counted(tooMany, 'file')} left out.` });
    }
    field.current?.focus();
  };
  const onPaste = (event: ClipboardEvent): void => {
    const given = filesPasted(event.clipboardData);
    if (given.length === 0) return;
    event.preventDefault();
    attach(given);
  };
  useImperativeHandle(ref, () => ({ focus: () => field.current?.focus(), attach }));

  const change = (next: string, at: number): void => {
    setText(next);
    setCaret(at);
    setChosen(0);
    // Whoever empties the field is done with what a command answered.
    if (next === '') command.reset();
    if (next === '' || performance.now() - toldTyping.current < TYPING_EVERY_MS) return;
    toldTyping.current = performance.now();
    tellTyping(roomId);
  };
  const insert = (start: number, end: number, what: string): void => {
    const next = text.slice(0, start) + what + text.slice(end);
    change(next, start + what.length);
    // A text that stays as it is changes no field.
    caretAfter.current = next === text ? null : start + what.length;
    // What it was chosen from gives the focus back to its button first.
    requestAnimationFrame(() => field.current?.focus());
  };
  const take = (proposal: Proposal | undefined): void => {
    if (proposal && completion) insert(completion.start, caret, proposal.insert);
  };
  const send = (): void => {
    const said = withEmojis(text).trim();
    if (!maySend) return;
    if (isCommand(said)) {
      // It stays until it is done: what is refused can be put right.
      command.mutate(said);
      return;
    }
    onSend({ text: said.replace(/^\/\//, '/'), files: takeFiles(place) });
    change('', 0);
    toldTyping.current = 0;
  };
  const onKeyDown = (event: KeyboardEvent<HTMLTextAreaElement>): void => {
    // While an input method composes a word, the keys are its own.
    if (event.nativeEvent.isComposing) return;
    const { key } = event;
    const many = completion?.proposals.length ?? 0;
    if (completion && key === 'ArrowDown') setChosen((current + 1) % many);
    else if (completion && key === 'ArrowUp') setChosen((current + many - 1) % many);
    else if (completion && (key === 'Enter' || key === 'Tab') && !event.shiftKey) take(completion.proposals[current]);
    else if (completion && key === 'Escape') {
      setDismissed(text);
      event.stopPropagation();
    } else if (key === 'Enter' && !event.shiftKey && !event.ctrlKey && !event.altKey) send();
    else if (key === 'ArrowUp' && text === '' && onEditLast) onEditLast();
    else return;
    event.preventDefault();
  };

  return (
    <DropArea className={styles.composer} onPaste={onPaste} onFiles={attach}>
      {completion && (
        <ul className={styles.proposals} role="listbox" id={listId} aria-label="Proposals">
          {completion.proposals.map((proposal, at) => (
            <li
              key={proposal.insert}
              id={`${listId}-${at}`}
              role="option"
              aria-selected={at === current}
              className={styles.proposal}
              // The field keeps the focus.
              onMouseDown={(event) => event.preventDefault()}
              onClick={() => take(proposal)}
            >
              <bdi>{proposal.label}</bdi>
              <bdi className="soft">{proposal.hint}</bdi>
            </li>
          ))}
        </ul>
      )}
      <CommandAnswer command={command} />
      {files.length > 0 && <PendingList place={place} roomId={roomId} files={files} audience={audience} />}
      <div className={styles.box} data-bad={isTooLong || undefined}>
        <AttachButton onFiles={attach} />
        <div className={styles.growing} data-text={text}>
          <textarea
            ref={field}
            className={styles.field}
            rows={1}
            dir="auto"
            aria-label={label}
            placeholder={label}
            aria-controls={completion ? listId : undefined}
            aria-autocomplete="list"
            // Escape closes the proposals, and not the thread in which they are made.
            data-mantine-stop-propagation={completion ? 'true' : undefined}
            aria-activedescendant={completion ? `${listId}-${current}` : undefined}
            value={text}
            readOnly={command.isPending}
            onChange={({ currentTarget }) => change(currentTarget.value, currentTarget.selectionStart)}
            onSelect={({ currentTarget }) => setCaret(currentTarget.selectionStart)}
            onKeyDown={onKeyDown}
          />
        </div>
        <EmojiPicker onEmoji={(emoji) => insert(caret, caret, emoji)} />
        <ActionIcon
          variant="subtle"
          aria-label="Send"
          disabled={!maySend}
          onClick={() => {
            send();
            field.current?.focus();
          }}
        >
          <IconSend2 size={18} />
        </ActionIcon>
      </div>
      {isTooLong && (
        <p className={styles.tooLong} role="alert">
          Too long by {bytes - MOST_BYTES} bytes: a message holds at most 16 KiB. Store it as a file and send its link.
        </p>
      )}
    </DropArea>
  );
}
