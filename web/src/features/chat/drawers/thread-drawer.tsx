/** A message and what was answered to it, beside the room. */
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useRef } from 'react';
import { SideDrawer } from '../../../base/dialog.tsx';
import { ProblemNote } from '../../../base/problem-note.tsx';
import { useStore } from '../../../base/store.ts';
import { useFurtherPages } from '../../../base/use-further-pages.ts';
import { messageOptions, type RoomView, threadOptions } from '../api.ts';
import { DropArea } from '../attachments/drop-area.tsx';
import { outbox, outgoing as outgoingStore } from '../line/chat-line.ts';
import type { Named } from '../composer/completion.ts';
import { Composer, type ComposerHandle } from '../composer/composer.tsx';
import { LineNote } from '../room/line-note.tsx';
import type { MessageActs } from '../message/message-acts.ts';
import { MessageRow } from '../message/message-row.tsx';
import { OutgoingRow } from '../message/outgoing-row.tsx';
import styles from './thread-drawer.module.css';

export interface ThreadDrawerProps {
  readonly room: RoomView;
  /** The message that it began with. */
  readonly sequence: number;
  readonly acts: MessageActs;
  readonly people: readonly Named[];
}

export function ThreadDrawer({ room, sequence, acts, people }: ThreadDrawerProps) {
  const { roomId } = room;
  const composer = useRef<ComposerHandle>(null);
  const navigate = useNavigate();
  const close = (): void => void navigate({ to: '/chat/rooms/$roomId', params: { roomId }, resetScroll: false });
  const first = useQuery(messageOptions({ roomId, sequence }));
  const replies = useInfiniteQuery(threadOptions({ roomId, sequence }));
  useFurtherPages(replies, true);
  const said = replies.data?.pages.flatMap((page) => page.messages) ?? [];
  const known = new Set(said.map(({ messageId }) => messageId));
  const outgoing = useStore(outgoingStore).filter(
    (each) => each.roomId === roomId && each.replyTo === sequence && !known.has(each.messageId),
  );
  const error = first.error ?? replies.error;
  return (
    <SideDrawer onClose={close} size={460} title="Thread" classNames={{ body: styles.body, content: styles.content }}>
      <DropArea
        className={styles.messages}
        role="log"
        aria-label="Thread"
        onFiles={(files) => composer.current?.attach(files)}
      >
        {error && <ProblemNote error={error} tried="Show the thread" />}
        {first.data && <MessageRow message={first.data} isRun={false} acts={acts} inThread />}
        {said.map((message) => (
          <MessageRow key={message.sequence} message={message} isRun={false} acts={acts} inThread />
        ))}
        {outgoing.map((each) => (
          <OutgoingRow key={each.messageId} outgoing={each} isRun={false} me={acts.me} />
        ))}
        <div key={said.length + outgoing.length} ref={intoSight} />
      </DropArea>
      <LineNote />
      {!room.archived && (
        <Composer
          ref={composer}
          roomId={roomId}
          thread={sequence}
          label="Reply in the thread"
          people={people}
          audience="in this room"
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
