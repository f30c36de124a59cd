import { Button, TextInput, UnstyledButton } from '@mantine/core';
import { type SyntheticEvent, useState } from 'react';
import styles from './network.module.css';
import { asked, isOwn, localTime, type RangeSearch, type Span, spans, USUAL } from './range.ts';

export interface RangePickerProps {
  readonly range: RangeSearch;
  readonly onRange: (range: RangeSearch) => void;
}

/** The last hour, day or week, or a time of one's own. */
export function RangePicker({ range, onRange }: RangePickerProps) {
  const [typing, setTyping] = useState(false);
  const own = isOwn(range);
  const shown = typing || own;
  return (
    <div className={styles.range}>
      <div className={styles.chips} role="group" aria-label="Of which time">
        {(Object.keys(spans) as Span[]).map((span) => (
          <UnstyledButton
            key={span}
            className={styles.chip}
            aria-pressed={!shown && (range.last ?? USUAL) === span}
            onClick={() => {
              setTyping(false);
              onRange(span === USUAL ? {} : { last: span });
            }}
          >
            {spans[span].label}
          </UnstyledButton>
        ))}
        <UnstyledButton className={styles.chip} aria-pressed={shown} onClick={() => setTyping(!typing)}>
          From … to
        </UnstyledButton>
      </div>
      {shown && <OwnRange key={`${range.from} ${range.to}`} range={range} onRange={onRange} />}
    </div>
  );
}

function OwnRange({ range, onRange }: RangePickerProps) {
  const [start] = useState(() => asked(range, Date.now()));
  const [from, setFrom] = useState(localTime(start.from));
  const [to, setTo] = useState(localTime(start.to));
  const [refused, setRefused] = useState(false);
  const submit = (event: SyntheticEvent): void => {
    event.preventDefault();
    const [first, last] = [Date.parse(from), Date.parse(to)];
    setRefused(!(first < last));
    if (first < last) onRange({ from: new Date(first).toISOString(), to: new Date(last).toISOString() });
  };
  return (
    <form className={styles.own} onSubmit={submit}>
      <TextInput
        type="datetime-local"
        step={1}
        label="From"
        value={from}
        onChange={(event) => setFrom(event.currentTarget.value)}
      />
      <TextInput
        type="datetime-local"
        step={1}
        label="To"
        error={refused ? 'Has to be later than “From”' : undefined}
        value={to}
        onChange={(event) => setTo(event.currentTarget.value)}
      />
      <Button type="submit" variant="default">
        Show this time
      </Button>
    </form>
  );
}
