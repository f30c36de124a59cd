/** Words that are told of as of a person's own name, for the settings of what they hear of. */
import { Button, TextInput } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { type SyntheticEvent, useState } from 'react';
import { showError, showToast } from '../../../app/toasts.ts';
import { ProblemNote } from '../../../base/requests/problem-note.tsx';
import { sections as styles } from '../../../base/pages/sections.ts';
import { preferencesOptions } from '../api.ts';
import { changePreferences } from '../change-preferences.ts';

const LONGEST = 64;

export function WatchedWords() {
  const preferences = useQuery(preferencesOptions);
  const [word, setWord] = useState('');
  const change = useMutation({
    mutationFn: (next: (words: readonly string[]) => readonly string[]) =>
      changePreferences((now) => ({ ...now, keywords: [...next(now.keywords)] })),
    onError: (error) => showError('Change your words', error),
  });
  const add = (event: SyntheticEvent): void => {
    event.preventDefault();
    const added = word.trim();
    if (added === '') return;
    // What was typed since is another word.
    const clear = (): void => setWord((now) => (now.trim() === added ? '' : now));
    change.mutate((words) => [...words, added], { onSuccess: clear });
  };
  const takeOff = (taken: string): void =>
    change.mutate((words) => words.filter((each) => each !== taken), {
      onSuccess: () =>
        showToast({
          text: `You are not told of “${taken}” any more.`,
          undo: async () => void (await change.mutateAsync((words) => [...words, taken])),
        }),
    });
  const words = preferences.data?.keywords ?? [];
  return (
    <section className={styles.section} aria-labelledby="words">
      <h2 id="words">Words in chat</h2>
      <p className="soft">
        A message with one of these words counts as if it named you, in the rooms that you joined. Whoever writes it
        does not learn of that. In longer words they count as well, and capitals make no difference.
      </p>
      {preferences.error && (
        <ProblemNote error={preferences.error} tried="Show your words" onRetry={() => void preferences.refetch()} />
      )}
      {words.length > 0 && (
        <ul className={styles.plain} aria-labelledby="words">
          {words.map((each) => (
            <li key={each} className={styles.row}>
              <bdi>{each}</bdi>
              <Button
                size="compact-sm"
                variant="default"
                aria-label={`Take off “${each}”`}
                onClick={() => takeOff(each)}
              >
                Take off
              </Button>
            </li>
          ))}
        </ul>
      )}
      <form className={styles.row} onSubmit={add}>
        <TextInput
          aria-label="Another word"
          placeholder="Such as the name of a project"
          dir="auto"
          maxLength={LONGEST}
          value={word}
          onChange={(event) => setWord(event.currentTarget.value)}
        />
        <Button type="submit" variant="default" loading={change.isPending}>
          Tell me of it
        </Button>
      </form>
    </section>
  );
}
