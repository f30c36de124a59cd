import { Dialog } from '../../../base/dialogs/dialog.tsx';
import styles from './previews.module.css';

export interface EnlargedProps {
  readonly name: string;
  readonly url: string;
  readonly onClose: () => void;
}

export function Enlarged({ name, url, onClose }: EnlargedProps) {
  return (
    <Dialog onClose={onClose} size="auto" title={<bdi>{name}</bdi>}>
      <img className={styles.enlarged} src={url} alt={name} />
    </Dialog>
  );
}
