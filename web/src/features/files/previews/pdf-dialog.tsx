import { useEffect, useState } from 'react';
import { Dialog } from '../../../base/dialogs/dialog.tsx';
import { ProblemNote } from '../../../base/requests/problem-note.tsx';
import { loadPreview, type Preview } from './preview.ts';
import styles from './previews.module.css';

export interface PdfDialogProps {
  /** Below `/api/v1`. */
  readonly path: string;
  readonly name: string;
  readonly onClose: () => void;
}

/**
 * In the viewer of the browser, which gives what is in the file no way to this page. A frame with `sandbox` would be one more
 * wall, and browsers show no PDF behind it.
 */
export function PdfDialog({ path, name, onClose }: PdfDialogProps) {
  const [preview, setPreview] = useState<Preview | null>(null);
  const [error, setError] = useState<unknown>(null);
  useEffect(() => {
    const left = new AbortController();
    let url: string | null = null;
    loadPreview(path, 'pdf', left.signal).then(
      (loaded) => {
        if (loaded.state === 'shown') ({ url } = loaded);
        if (!left.signal.aborted) setPreview(loaded);
        else if (url !== null) URL.revokeObjectURL(url);
      },
      (failed: unknown) => left.signal.aborted || setError(failed),
    );
    return () => {
      left.abort();
      if (url !== null) URL.revokeObjectURL(url);
    };
  }, [path]);
  return (
    <Dialog onClose={onClose} size="min(1000px, 96vw)" title={<bdi>{name}</bdi>}>
      {error !== null && <ProblemNote error={error} tried={`Show “${name}”`} />}
      {preview?.state === 'other' && <p>No preview: the file is no PDF, whatever its type says.</p>}
      {preview?.state === 'shown' && <iframe className={styles.pdf} src={preview.url} title={name} />}
    </Dialog>
  );
}
