import { Button } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { showError, showToast } from '../../../app/toasts.ts';
import { keepAnswer } from '../../../base/requests/keep-answer.ts';
import { AskFirst } from '../../../base/dialogs/ask-first.tsx';
import { ProblemNote } from '../../../base/requests/problem-note.tsx';
import { sections as styles } from '../../../base/pages/sections.ts';
import { MoveStore } from './move-store.tsx';
import { StoreMoveState } from './store-move-state.tsx';
import { roleWords } from './store-words.ts';
import { callOffMove, type Store, storesOptions } from './stores-api.ts';
import own from './storage.module.css';

/** Where objects and their second copies lie, and what becomes of a move to another place. */
export function Stores() {
  const queries = useQueryClient();
  const [moving, setMoving] = useState<Store['name'] | null>(null);
  const [calledOff, setCalledOff] = useState<Store['name'] | null>(null);
  const stores = useQuery(storesOptions);
  const callOff = useMutation({
    mutationFn: callOffMove,
    async onSuccess(now, name) {
      await keepAnswer(queries, storesOptions, now);
      showToast({ text: `${roleWords[name].plural} stay where they are. What was copied lies there still.` });
    },
    onError: (error) => showError('Call the move off', error),
  });
  return (
    <section className={styles.section} aria-labelledby="stores">
      <h2 id="stores">Where everything lies</h2>
      {stores.error && (
        <ProblemNote error={stores.error} tried="See where the stores are" onRetry={() => void stores.refetch()} />
      )}
      {stores.data?.map((store) => {
        const { name, url, move } = store;
        const words = roleWords[name];
        return (
          <div key={name} className={own.store}>
            <div className={styles.head}>
              <div className={own.place}>
                {words.title}
                <code className={own.url}>{url}</code>
              </div>
              {move ? (
                <Button
                  size="xs"
                  variant="default"
                  aria-label={`Call the move off: ${words.inside}`}
                  loading={callOff.isPending}
                  onClick={() => setCalledOff(name)}
                >
                  Call the move off…
                </Button>
              ) : (
                <Button
                  size="xs"
                  variant="default"
                  aria-label={`Move ${words.inside} to another place`}
                  onClick={() => setMoving(name)}
                >
                  Move…
                </Button>
              )}
            </div>
            {move && <StoreMoveState name={name} move={move} />}
          </div>
        );
      })}
      {calledOff && (
        <AskFirst
          title={`Call the move off: ${roleWords[calledOff].inside}`}
          act="Call the move off"
          onAct={() => callOff.mutate(calledOff)}
          onClose={() => setCalledOff(null)}
        >
          <p>
            {roleWords[calledOff].plural} stay where they are. What was copied lies in the new place still, so that a
            later move goes on from there: an admin begins it anew, with their password.
          </p>
        </AskFirst>
      )}
      {moving && <MoveStore name={moving} onClose={() => setMoving(null)} />}
    </section>
  );
}
