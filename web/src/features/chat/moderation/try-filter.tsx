import { Button, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { ProblemNote } from '../../../base/requests/problem-note.tsx';
import { sections } from '../../../base/pages/sections.ts';
import { type Filter, tryFilter } from './api.ts';
import styles from './moderation.module.css';

/** What the filter, as it is typed and not yet set, finds in a text. */
export function TryFilter({ roomId, filter }: { readonly roomId: string; readonly filter: Filter }) {
  const [text, setText] = useState('');
  const trying = useMutation({ mutationFn: () => tryFilter(roomId, { filter, text }) });
  const found = trying.data?.words;
  return (
    <section className={styles.tried} aria-label="Try a text">
      <TextInput
        label="Try a text"
        description="Nothing of it is kept or said."
        maxLength={4000}
        dir="auto"
        autoComplete="off"
        value={text}
        onChange={(event) => {
          setText(event.currentTarget.value);
          trying.reset();
        }}
        onKeyDown={(event) => {
          // The form around it saves the rules.
          if (event.key !== 'Enter') return;
          event.preventDefault();
          if (text.trim() !== '') trying.mutate();
        }}
      />
      <div className={sections.row}>
        <Button
          variant="default"
          loading={trying.isPending}
          disabled={text.trim() === ''}
          onClick={() => trying.mutate()}
        >
          Try it
        </Button>
        <span role="status">
          {found &&
            (found.length === 0 ? (
              'Nothing is found in it.'
            ) : (
              <>
                Found: <bdi>{found.join(', ')}</bdi>
              </>
            ))}
        </span>
      </div>
      {trying.error && <ProblemNote error={trying.error} tried="Try the filter" />}
    </section>
  );
}
