/** Ctrl-K: goes anywhere from the keyboard. Pages and actions come at once, files as they are found. */
import { Modal } from '@mantine/core';
import IconSearch from '@tabler/icons-react/icons/IconSearch';
import { type KeyboardEvent, type ReactElement, useEffect, useId, useState } from 'react';
import { useReturnFocus } from '../../../base/dialogs/use-return-focus.ts';
import { useMe } from '../../../features/accounts/api.ts';
import { endTypingAhead } from '../type-ahead.ts';
import type { Choice } from './choice.ts';
import styles from './palette.module.css';
import { useChoices } from './use-choices.tsx';

export function Palette({ onClose }: { readonly onClose: () => void }) {
  useReturnFocus();
  useEffect(() => () => void endTypingAhead(), []);
  const [text, setText] = useState('');
  const [at, setAt] = useState(0);
  const [dialog, setDialog] = useState<ReactElement | null>(null);
  const what = `Search files, rooms, people, ${useMe()?.role === 'admin' ? 'findings, ' : ''}pages and actions`;
  const listId = useId();
  const { choices, isLooking } = useChoices(text.trim());
  const current = Math.min(at, choices.length - 1);
  const choose = (choice: Choice | undefined): void => {
    if (!choice) return;
    if ('ask' in choice) {
      setDialog(choice.ask(onClose));
      return;
    }
    onClose();
    choice.go();
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === 'ArrowDown') setAt(Math.min(current + 1, choices.length - 1));
    else if (event.key === 'ArrowUp') setAt(Math.max(current - 1, 0));
    else if (event.key === 'Enter') choose(choices[current]);
    else return;
    event.preventDefault();
  };
  if (dialog) return dialog;
  return (
    <Modal.Root opened onClose={onClose} centered={false} yOffset="12vh" size={560}>
      <Modal.Overlay backgroundOpacity={0.25} />
      <Modal.Content aria-label="Search">
        <Modal.Body p={0}>
          <div className={styles.box}>
            <IconSearch size={18} aria-hidden />
            <input
              className={styles.input}
              role="combobox"
              aria-expanded
              aria-controls={listId}
              aria-activedescendant={choices[current] ? `${listId}-${current}` : undefined}
              aria-label={what}
              placeholder={what}
              dir="auto"
              data-autofocus
              value={text}
              onChange={(event) => {
                setText(event.currentTarget.value);
                setAt(0);
              }}
              onKeyDown={onKeyDown}
              onFocus={() => {
                const begun = endTypingAhead();
                if (begun !== '') setText((now) => now + begun);
              }}
            />
          </div>
          <ul className={styles.list} role="listbox" id={listId} aria-label="What was found">
            {choices.map((choice, index) => (
              <li
                key={choice.key}
                id={`${listId}-${index}`}
                role="option"
                aria-selected={index === current}
                className={styles.choice}
                ref={(element) => {
                  if (index === current) element?.scrollIntoView({ block: 'nearest' });
                }}
                onMouseMove={() => setAt(index)}
                onClick={() => choose(choice)}
              >
                {choice.icon}
                <bdi className={styles.label}>{choice.label}</bdi>
                <bdi className={styles.hint}>{choice.hint}</bdi>
              </li>
            ))}
          </ul>
          <p className={styles.status} role="status">
            {isLooking ? 'Looking through the names of your files' : choices.length === 0 ? 'Nothing found' : ''}
          </p>
        </Modal.Body>
      </Modal.Content>
    </Modal.Root>
  );
}
