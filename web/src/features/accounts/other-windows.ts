/** The windows of one browser share one session: when somebody logs in in one of them, the others hear of it. */
const KEY = 'holdfast-logged-in';

/** What is kept is when, so that it is another value each time: only a change is told. */
export function tellOtherWindows(): void {
  localStorage.setItem(KEY, new Date().toISOString());
}

/** Answers what stops it. */
export function onLogInElsewhere(run: () => void): () => void {
  const hear = ({ key }: StorageEvent): void => {
    if (key === KEY) run();
  };
  addEventListener('storage', hear);
  return () => removeEventListener('storage', hear);
}
