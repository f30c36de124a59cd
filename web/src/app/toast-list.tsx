import { Button, CloseButton } from '@mantine/core';
import { useEffect, useState } from 'react';
import { ProblemNote } from '../base/requests/problem-note.tsx';
import { useStore } from '../base/store.ts';
import { dismissToast, showError, type Toast, TOAST_MS, toasts } from './toasts.ts';
import styles from './toast-list.module.css';

/** A live region: screen readers say what was done without moving there. */
export function ToastList() {
  const shown = useStore(toasts);
  return (
    <div className={styles.list} role="region" aria-label="What was just done" aria-live="polite">
      {shown.map((toast) => (
        <ToastNote key={toast.id} toast={toast} />
      ))}
    </div>
  );
}

function ToastNote({ toast }: { readonly toast: Toast }) {
  const [held, setHeld] = useState(false);
  const [isUndoing, setUndoing] = useState(false);
  const stays = toast.error !== undefined || toast.stays === true || isUndoing;
  useEffect(() => {
    if (held || stays) return;
    const timer = setTimeout(() => dismissToast(toast.id), TOAST_MS);
    return () => clearTimeout(timer);
  }, [held, stays, toast.id]);

  const undo = async (): Promise<void> => {
    setUndoing(true);
    try {
      await toast.undo?.();
      dismissToast(toast.id);
    } catch (error) {
      showError('Undo it', error);
    } finally {
      setUndoing(false);
    }
  };

  return (
    <div
      className={styles.toast}
      onMouseEnter={() => setHeld(true)}
      onMouseLeave={() => setHeld(false)}
      onFocus={() => setHeld(true)}
      onBlur={() => setHeld(false)}
    >
      {toast.error ? (
        <ProblemNote error={toast.error.error} tried={toast.error.tried} />
      ) : (
        <span className={styles.text}>{toast.text}</span>
      )}
      {toast.undo && (
        <Button size="compact-sm" variant="subtle" loading={isUndoing} onClick={() => void undo()}>
          Undo
        </Button>
      )}
      <CloseButton size="sm" aria-label="Dismiss" onClick={() => dismissToast(toast.id)} />
    </div>
  );
}
