import { Button } from '@mantine/core';
import { useEffect, useState } from 'react';
import { latePart } from '../../../app/late-part.tsx';
import { keptPicture, loadPicture } from './kept-pictures.ts';
import type { Preview } from './preview.ts';
import styles from './previews.module.css';

const Enlarged = latePart('Show the picture larger', async () => (await import('./enlarged.tsx')).Enlarged);

export interface PictureProps {
  /** Below `/api/v1`. */
  readonly path: string;
  readonly name: string;
}

/** As large as it will be from the start, so that nothing moves when it comes; a click shows it larger. */
export function Picture(props: PictureProps) {
  const [attempt, setAttempt] = useState(0);
  return <Attempt key={attempt} {...props} onAgain={() => setAttempt(attempt + 1)} />;
}

function Attempt({ path, name, onAgain }: PictureProps & { readonly onAgain: () => void }) {
  const [preview, setPreview] = useState<Preview | undefined>(() => keptPicture(path));
  const [failed, setFailed] = useState(false);
  const [enlarged, setEnlarged] = useState(false);
  useEffect(() => {
    const left = new AbortController();
    loadPicture(path, left.signal).then(
      (loaded) => left.signal.aborted || setPreview(loaded),
      () => left.signal.aborted || setFailed(true),
    );
    return () => left.abort();
  }, [path]);
  if (failed) {
    return (
      <p className={styles.none}>
        The preview did not load.{' '}
        <Button size="compact-xs" variant="default" onClick={onAgain}>
          Try again
        </Button>
      </p>
    );
  }
  if (preview && preview.state !== 'shown') {
    return (
      <p className={styles.none}>
        {preview.state === 'vast'
          ? 'No preview: it has too many pixels.'
          : 'No preview: the file is something else than its type says.'}
      </p>
    );
  }
  return (
    <>
      <button
        type="button"
        className={styles.picture}
        aria-label={`Show ${name} larger`}
        disabled={!preview}
        onClick={() => setEnlarged(true)}
      >
        {preview && (
          <img src={preview.url} alt={name} decoding="async" onError={() => setPreview({ state: 'other' })} />
        )}
      </button>
      {enlarged && preview && <Enlarged name={name} url={preview.url} onClose={() => setEnlarged(false)} />}
    </>
  );
}
