/** A field to search with: tells what was typed once the typing has paused, and follows the address of the page. */
import { TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { type ReactNode, useEffect, useRef, useState } from 'react';

export interface WordsProps {
  readonly label: string;
  readonly value: string;
  readonly placeholder: string;
  readonly icon?: ReactNode;
  readonly className?: string | undefined;
  /** Once the typing has paused. */
  readonly onSettled: (value: string) => void;
}

export function Words({ label, value, placeholder, icon, className, onSettled }: WordsProps) {
  const [typed, setTyped] = useState(value);
  const [settled] = useDebouncedValue(typed, 250);
  /** What was told and the address does not say yet. */
  const [onItsWay, setOnItsWay] = useState<readonly string[]>([]);
  const [known, setKnown] = useState(value);
  if (known !== value) {
    setKnown(value);
    const at = onItsWay.lastIndexOf(value);
    setOnItsWay(at < 0 ? [] : onItsWay.slice(at + 1));
    // The address changed by another way: back, a link, clearing the filters. Of what was typed here it only says late what
    // somebody may have typed on from.
    if (at < 0 && value !== typed.trim()) setTyped(value);
  }
  const tell = useRef(onSettled);
  const addressed = useRef(value);
  useEffect(() => {
    tell.current = onSettled;
    addressed.current = onItsWay.at(-1) ?? value;
  });
  const told = useRef(value);
  const typedOn = useRef('');
  useEffect(() => {
    if (settled === told.current) return;
    told.current = settled;
    // The address says it already, or whoever typed has gone on to another page, from which nobody takes them back.
    if (settled.trim() === addressed.current || typedOn.current !== location.pathname) return;
    setOnItsWay((now) => [...now, settled.trim()]);
    tell.current(settled.trim());
  }, [settled]);
  return (
    <TextInput
      label={label}
      className={className}
      placeholder={placeholder}
      leftSection={icon}
      type="search"
      dir="auto"
      autoComplete="off"
      spellCheck={false}
      value={typed}
      onChange={(event) => {
        typedOn.current = location.pathname;
        setTyped(event.currentTarget.value);
      }}
    />
  );
}
