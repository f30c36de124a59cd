import { Button, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { type SyntheticEvent, useState } from 'react';
import { AskFirst } from '../../../base/dialogs/ask-first.tsx';
import { counted, formatDay } from '../../../base/text/format.ts';
import { ProblemNote } from '../../../base/requests/problem-note.tsx';
import { sections } from '../../../base/pages/sections.ts';
import { fetchHistory, type RoomChanges, type RoomView } from '../api.ts';
import styles from './room-drawer.module.css';

const DAY_MS = 24 * 3600_000;

export interface RetentionProps {
  readonly room: RoomView;
  readonly onChange: (changes: RoomChanges, done: string) => void;
}

/** For how long a room keeps what was said. Asked first where messages go that are kept until now. */
export function Retention({ room, onChange }: RetentionProps) {
  const days = room.retentionDays;
  const [typed, setTyped] = useState(days === null ? '' : String(days));
  const [asks, setAsks] = useState(false);
  const wanted = typed.trim() === '' ? null : Number(typed);
  const isValid = wanted === null || (Number.isInteger(wanted) && wanted >= 1 && wanted <= 36_500);
  const isShorter = wanted !== null && (days === null || wanted < days);
  const change = (): void =>
    onChange({ retentionDays: wanted }, wanted === null ? 'Messages are kept.' : 'Older messages go for good.');
  const submit = (event: SyntheticEvent): void => {
    event.preventDefault();
    if (!isValid) return;
    if (isShorter) setAsks(true);
    else change();
  };
  return (
    <form className={styles.part} onSubmit={submit}>
      <TextInput
        label="Remove messages after so many days"
        description="For good, with all that became of them, for everybody. Empty: they are kept."
        inputMode="numeric"
        error={isValid ? undefined : 'From 1 to 36,500 days, or nothing.'}
        value={typed}
        onChange={(event) => setTyped(event.currentTarget.value)}
      />
      {wanted !== days && isValid && (
        <div className={sections.row}>
          <Button type="submit" {...(isShorter ? { color: 'red' } : {})}>
            {wanted === null ? 'Keep messages' : `Remove what is older than ${counted(wanted, 'day')}`}
          </Button>
        </div>
      )}
      {asks && wanted !== null && (
        <AskAboutOlder room={room} days={wanted} onAct={change} onClose={() => setAsks(false)} />
      )}
    </form>
  );
}

interface AskAboutOlderProps {
  readonly room: RoomView;
  readonly days: number;
  readonly onAct: () => void;
  readonly onClose: () => void;
}

function AskAboutOlder({ room, days, onAct, onClose }: AskAboutOlderProps) {
  const { roomId, forgottenUpTo, position } = room;
  const [since] = useState(() => new Date(Date.now() - days * DAY_MS).toISOString());
  const kept = useQuery({
    queryKey: ['chat', 'kept-since', roomId, since],
    queryFn: ({ signal }) => fetchHistory(roomId, { at: since, limit: 1 }, signal),
    gcTime: 0,
  });
  const first = kept.data && (kept.data.messages[0]?.sequence ?? position.sequence + 1);
  const older = first === undefined ? 0 : first - 1 - forgottenUpTo;
  return (
    <AskFirst
      title={`Remove what is older than ${counted(days, 'day')}`}
      act="Remove for good"
      isWaiting={kept.isPending}
      onAct={onAct}
      onClose={onClose}
    >
      {kept.error && <ProblemNote error={kept.error} tried="Count what is older" />}
      {first !== undefined && (
        <p>
          {older === 0
            ? `Nothing that was said here is that old yet.`
            : `Everything before ${formatDay(since)} goes within a day: up to ${counted(older, 'message')}, with reactions and threads, for everybody.`}{' '}
          From then on every message goes when it is {counted(days, 'day')} old.
        </p>
      )}
      <p>Nobody can bring them back. Files stay in the drives of who shared them.</p>
    </AskFirst>
  );
}
