/** What was said in a room. Only the messages in sight are drawn; pages come at both ends and far ones are let go. */
import { Button } from '@mantine/core';
import { useVirtualizer } from '@tanstack/react-virtual';
import IconArrowDown from '@tabler/icons-react/icons/IconArrowDown';
import {
  type KeyboardEvent,
  type RefObject,
  useCallback,
  useEffect,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
} from 'react';
import { counted } from '../../../base/text/format.ts';
import { ProblemNote } from '../../../base/requests/problem-note.tsx';
import { useStore } from '../../../base/store.ts';
import type { MessageView, RoomView } from '../api.ts';
import { lookedAt, useIgnored } from '../ignoring/ignoring.ts';
import { outgoing as outgoingStore, readUpTo, reader } from '../line/chat-line.ts';
import { HistoryRow } from './history-row.tsx';
import styles from './history.module.css';
import { LiveRegion } from './live-region.tsx';
import type { MessageActs } from '../message/message-acts.ts';
import { hearMessageKey } from '../message/message-keys.ts';
import { hidden as hiddenStore } from '../message/removals.ts';
import { type Row, rowsOf } from './rows.ts';
import { placeOf, type Where } from '../timeline/room-place.ts';
import { type InSight, useHistoryPages } from './use-history-pages.ts';
import { useTimeline } from '../timeline/use-timeline.ts';

export interface HistoryProps {
  readonly room: RoomView;
  readonly name: string;
  readonly where: Where;
  /** What was read when the room was opened; `null`: no line is drawn. */
  readonly newAfter: number | null;
  /** A permalink leads to it. */
  readonly marked: number | null;
  readonly acts: MessageActs;
  readonly onJumpToEnd: () => void;
  readonly onKeys: () => void;
  /** Counts up when the window is to go to its end, as after sending. */
  readonly toEnd: number;
  /** Whether what is said now is read out here. */
  readonly readsOut: boolean;
}

const ROW = 52;
/** Nearer to the end than this a reader is at the end, and stays there. */
const END = 80;

export function History(props: HistoryProps) {
  const { room, name, where, newAfter, marked, acts, onJumpToEnd, onKeys, toEnd, readsOut } = props;
  const { roomId } = room;
  const { timeline, isOpened, error, retry } = useTimeline(roomId, where);
  const outgoing = useStore(outgoingStore);
  const hiddenIds = useStore(hiddenStore);
  const { accountId } = reader();
  const ignored = useIgnored();
  const seen = useStore(lookedAt);
  const rows = useMemo(() => {
    if (!timeline) return [];
    const mine = outgoing.filter((each) => each.roomId === roomId && each.replyTo === undefined);
    const hidden = new Set(hiddenIds.flatMap((each) => (each.roomId === roomId ? [each.sequence] : [])));
    return rowsOf({ timeline, outgoing: mine, newAfter, accountId, ignored, lookedAt: seen, hidden });
  }, [timeline, outgoing, hiddenIds, newAfter, accountId, ignored, seen, roomId]);

  const scroller = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW,
    getItemKey: (index) => rows[index]?.key ?? index,
    overscan: 8,
    paddingEnd: 16,
    anchorTo: 'end',
    followOnAppend: true,
    scrollEndThreshold: END,
  });

  // Once a place is in memory, it is brought into sight; from then on the reader scrolls.
  const [settledAt, setSettledAt] = useState<Where | null>(null);
  const isSettled = settledAt === where;
  useLayoutEffect(() => {
    // What is opened anew is brought into sight anew.
    if (!isOpened) setSettledAt(null);
    if (!isOpened || isSettled) return;
    const target = targetOf(rows, marked, placeOf(where));
    if (target < 0) virtual.scrollToEnd();
    else virtual.scrollToIndex(target, { align: marked === null ? 'start' : 'center' });
    setSettledAt(where);
  }, [isOpened, isSettled, rows, marked, where, virtual]);
  useEffect(() => {
    if (toEnd > 0) virtual.scrollToEnd();
  }, [toEnd, virtual]);

  const items = virtual.getVirtualItems();
  const range = virtual.range;
  const sight: InSight | null =
    isSettled && range ? { first: range.startIndex, last: range.endIndex, count: rows.length } : null;
  const pages = useHistoryPages(roomId, timeline, sight);
  const reachesEnd = timeline?.later === null;
  const isAtEnd = reachesEnd && virtual.isAtEnd(END);
  const toEndAgain = useCallback(() => virtual.scrollToEnd(), [virtual]);
  useStaysAtEnd(scroller, reachesEnd, toEndAgain);
  useReading(room, rows, sight, isAtEnd, timeline?.position.sequence ?? 0);

  const [active, setActive] = useState<number | null>(null);
  const focusRow = useCallback(
    (sequence: number): void => {
      setActive(sequence);
      const index = rows.findIndex((row) => row.kind === 'message' && row.message.sequence === sequence);
      virtual.scrollToIndex(index, { align: 'auto' });
      const row = (): HTMLElement | null => document.getElementById(rowId(sequence));
      // At once where it is drawn, so that the next key, however soon, goes on from it; otherwise it is drawn by then.
      if (row()) row()?.focus({ preventScroll: true });
      else requestAnimationFrame(() => row()?.focus({ preventScroll: true }));
    },
    [rows, virtual],
  );
  const onKeyDown = (event: KeyboardEvent<HTMLElement>): void => {
    const messages = rows.flatMap((row) => (row.kind === 'message' ? [row.message] : []));
    const startAt = (): number => {
      const inSight = items.findLast(({ index }) => rows[index]?.kind === 'message' && index <= (range?.endIndex ?? 0));
      return messages.indexOf(messageOf(rows[inSight?.index ?? 0])!);
    };
    const onFocusMessage = focusRow;
    hearMessageKey(event, { messages, active, startAt, onFocusMessage, acts, onEnd: onJumpToEnd, onKeys });
  };

  // What scrolls can be scrolled by keys.
  const keyboard = { tabIndex: 0, onKeyDown };
  return (
    <div className={styles.around}>
      <div
        ref={scroller}
        className={styles.log}
        role="log"
        // What is scrolled into sight is no news; what is said now is read out by the region below.
        aria-live="off"
        aria-label={`Messages in ${name}`}
        aria-busy={!isSettled}
        {...keyboard}
      >
        {error !== null && (
          <div className={styles.note}>
            <ProblemNote error={error} tried="Show the messages" onRetry={retry} />
          </div>
        )}
        {timeline && rows.length === (timeline.earlier === null ? 1 : 0) && <Nothing name={name} room={room} />}
        <div className={styles.rows} style={{ height: virtual.getTotalSize() }} data-settled={isSettled || undefined}>
          {items.map(({ index, start, key: rowKey }) => {
            const row = rows[index];
            return (
              row && (
                <div
                  key={rowKey}
                  ref={virtual.measureElement}
                  data-index={index}
                  role="presentation"
                  className={styles.place}
                  style={{ transform: `translateY(${start}px)` }}
                >
                  <HistoryRow
                    row={row}
                    isActive={row.kind === 'message' && row.message.sequence === active}
                    isMarked={row.kind === 'message' && row.message.sequence === marked}
                    acts={acts}
                    onFill={pages.fill}
                    onFocusMessage={setActive}
                  />
                </div>
              )
            );
          })}
        </div>
        {pages.error !== null && (
          <div className={styles.note}>
            <ProblemNote error={pages.error} tried="Load more messages" onRetry={pages.retry} />
          </div>
        )}
      </div>
      {isSettled && !isAtEnd && (
        <Button
          className={styles.toEnd}
          size="compact-md"
          variant="default"
          leftSection={<IconArrowDown size={16} aria-hidden />}
          onClick={onJumpToEnd}
        >
          {room.unread.messages > 0 ? counted(room.unread.messages, 'new message') : 'Newest messages'}
        </Button>
      )}
      {readsOut && <LiveRegion roomId={roomId} />}
    </div>
  );
}

function messageOf(row: Row | undefined): MessageView | undefined {
  return row?.kind === 'message' ? row.message : undefined;
}

function rowId(sequence: number): string {
  return `message-${sequence}`;
}

/** Which row to open at; -1: the end. */
function targetOf(rows: readonly Row[], marked: number | null, place: ReturnType<typeof placeOf>): number {
  if (marked !== null) {
    const lastOf = (row: Row): number =>
      (row.kind === 'ignored' ? row.messages.at(-1) : messageOf(row))?.sequence ?? -1;
    return rows.findIndex((row) => lastOf(row) >= marked);
  }
  if (place.kind === 'time') {
    return rows.findIndex((row) => row.kind === 'message' && Date.parse(row.message.time) >= Date.parse(place.time));
  }
  if (place.kind === 'sequence') {
    const line = rows.findIndex(({ kind }) => kind === 'new');
    // With a little of what was read before.
    return line < 0 ? -1 : Math.max(line - 1, 0);
  }
  return -1;
}

/** Whoever was at the end stays there while what stands below the messages grows; anybody else keeps the place. */
function useStaysAtEnd(scroller: RefObject<HTMLElement | null>, reachesEnd: boolean, toEnd: () => void): void {
  useEffect(() => {
    const log = scroller.current;
    if (!log || !reachesEnd) return;
    let height = log.clientHeight;
    const observer = new ResizeObserver(() => {
      const before = height;
      height = log.clientHeight;
      // As far from the end as it was with the height of before: by now the end is out of sight.
      if (height !== before && log.scrollHeight - log.scrollTop - before <= END) toEnd();
    });
    observer.observe(log);
    return () => observer.disconnect();
  }, [scroller, reachesEnd, toEnd]);
}

/** What was in sight, while somebody looked, is read. */
function useReading(room: RoomView, rows: readonly Row[], sight: InSight | null, isAtEnd: boolean, end: number): void {
  const [looks, setLooks] = useState(() => document.visibilityState === 'visible' && document.hasFocus());
  useEffect(() => {
    const look = (): void => setLooks(document.visibilityState === 'visible' && document.hasFocus());
    for (const event of ['focus', 'blur'] as const) addEventListener(event, look);
    document.addEventListener('visibilitychange', look);
    return () => {
      for (const event of ['focus', 'blur'] as const) removeEventListener(event, look);
      document.removeEventListener('visibilitychange', look);
    };
  }, []);
  const seen = rows.slice(0, (sight?.last ?? -1) + 1).findLast(({ kind }) => kind === 'message');
  const sequence = !sight ? 0 : isAtEnd ? end : (messageOf(seen)?.sequence ?? 0);
  const { roomId } = room;
  useEffect(() => {
    if (looks && sequence > 0) readUpTo(roomId, sequence);
  }, [looks, roomId, sequence]);
}

function Nothing({ name, room }: { readonly name: string; readonly room: RoomView }) {
  return (
    <div className={styles.nothing}>
      <p>
        Nothing has been said in <bdi>{name}</bdi> yet.
      </p>
      <p className="soft">
        {room.kind === 'public'
          ? 'Everybody in this workspace but guests can read and write here.'
          : room.kind === 'private'
            ? 'Only its members can read and write here.'
            : 'Only the people in this conversation can read and write here.'}
      </p>
    </div>
  );
}
