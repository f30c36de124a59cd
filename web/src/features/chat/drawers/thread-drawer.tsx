/** A message and what was answered to it, beside the room. */
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { type KeyboardEvent, useMemo, useRef, useState } from 'react';
import { SideDrawer } from '../../../base/dialogs/dialog.tsx';
import { ProblemNote } from '../../../base/requests/problem-note.tsx';
import { useStore } from '../../../base/store.ts';
import { useFurtherPages } from '../../../base/lists/use-further-pages.ts';
import { messageOptions, type MessageView, type RoomView, threadOptions } from '../api.ts';
import { DropArea } from '../attachments/drop-area.tsx';
import { UnlessIgnored } from '../ignoring/ignored-note.tsx';
import { lookedAt, useIgnored } from '../ignoring/ignoring.ts';
import { isLeftOut } from '../ignoring/left-out.ts';
import { outbox, outgoing as outgoingStore } from '../line/chat-line.ts';
import type { Named } from '../composer/completion.ts';
import { Composer, type ComposerHandle } from '../composer/composer.tsx';
import { EditBox } from '../composer/edit-box.tsx';
import { useEditing } from '../composer/use-editing.ts';
import { LiveRegion } from '../history/live-region.tsx';
import { LineNote } from '../room/line-note.tsx';
import { mayEdit, type MessageActs } from '../message/message-acts.ts';
import { hearMessageKey } from '../message/message-keys.ts';
import { MessageRow } from '../message/message-row.tsx';
import { hidden as hiddenStore } from '../message/removals.ts';
import { OutgoingRow } from '../message/outgoing-row.tsx';
import styles from './thread-drawer.module.css';

export interface ThreadDrawerProps {
  readonly room: RoomView;
  /** The message that it began with. */
  readonly sequence: number;
  readonly acts: MessageActs;
  readonly people: readonly Named[];
  readonly onKeys: () => void;
  readonly onClose: () => void;
}

export function ThreadDrawer({ room, sequence, acts: actsOfRoom, people, onKeys, onClose }: ThreadDrawerProps) {
  const { roomId } = room;
  const composer = useRef<ComposerHandle>(null);
  const first = useQuery(messageOptions({ roomId, sequence }));
  const replies = useInfiniteQuery(threadOptions({ roomId, sequence }));
  useFurtherPages(replies, true);
  const hidden = useStore(hiddenStore);
  const ignored = useIgnored();
  const seen = useStore(lookedAt);
  const isHidden = (message: MessageView): boolean =>
    hidden.some((each) => each.roomId === roomId && each.sequence === message.sequence);
  const said = (replies.data?.pages.flatMap((page) => page.messages) ?? []).filter((each) => !isHidden(each));
  const known = new Set(said.map(({ messageId }) => messageId));
  const outgoing = useStore(outgoingStore).filter(
    (each) => each.roomId === roomId && each.replyTo === sequence && !known.has(each.messageId),
  );
  const error = first.error ?? replies.error;

  const editing = useEditing(composer);
  const { start: onEdit } = editing;
  const acts = useMemo(
    (): MessageActs => ({ ...actsOfRoom, onEdit, onReply: () => composer.current?.focus() }),
    [actsOfRoom, onEdit],
  );
  const editLast = (): void => {
    const last = said.findLast((each) => mayEdit(each, acts));
    if (last) onEdit(last);
  };

  const [active, setActive] = useState<number | null>(null);
  const messages = first.data ? [first.data, ...said] : said;
  const onFocusMessage = (wanted: number): void => document.getElementById(`reply-${wanted}`)?.focus();
  const onKeyDown = (event: KeyboardEvent<HTMLElement>): void => {
    // What is left out is no stop.
    const stops = messages.filter((message) => !isLeftOut(message, ignored, seen));
    const last = stops.length - 1;
    const onEnd = (): void => onFocusMessage(stops[last]?.sequence ?? 0);
    hearMessageKey(event, { messages: stops, active, startAt: () => last, onFocusMessage, acts, onEnd, onKeys });
  };
  // What scrolls can be scrolled by keys.
  const keyboard = { tabIndex: 0, onKeyDown };
  const rowOf = (message: MessageView) => (
    <UnlessIgnored key={message.sequence} message={message}>
      <MessageRow
        message={message}
        isRun={false}
        isActive={message.sequence === active}
        acts={acts}
        onFocus={setActive}
        inThread
      />
    </UnlessIgnored>
  );
  return (
    <SideDrawer onClose={onClose} size={460} title="Thread" classNames={{ body: styles.body, content: styles.content }}>
      <DropArea
        className={styles.messages}
        role="log"
        // As in the room: replies are read out by the region below, which the rest of the page does not have meanwhile.
        aria-live="off"
        aria-label="Thread"
        onFiles={(files) => composer.current?.attach(files)}
        {...keyboard}
      >
        {error && <ProblemNote error={error} tried="Show the thread" />}
        {messages.map(rowOf)}
        {outgoing.map((each) => (
          <OutgoingRow key={each.messageId} outgoing={each} isRun={false} me={acts.me} />
        ))}
        <div key={said.length + outgoing.length} ref={intoSight} />
      </DropArea>
      <LiveRegion roomId={roomId} />
      <LineNote />
      {editing.message && !room.archived && (
        <EditBox
          key={editing.message.sequence}
          message={editing.message}
          onChanged={acts.onChanged}
          onClose={editing.stop}
        />
      )}
      {!editing.message && !room.archived && (
        <Composer
          ref={composer}
          roomId={roomId}
          thread={sequence}
          label="Reply in the thread"
          people={people}
          audience="in this room"
          onEditLast={editLast}
          onSend={(said) => outbox.add(roomId, { ...said, replyTo: sequence })}
        />
      )}
    </SideDrawer>
  );
}

/** Drawn anew with every reply, so that the last one is seen. */
function intoSight(end: HTMLElement | null): void {
  end?.scrollIntoView({ block: 'nearest' });
}
