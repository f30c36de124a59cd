import IconFile from '@tabler/icons-react/icons/IconFile';
import IconFileOff from '@tabler/icons-react/icons/IconFileOff';
import { formatSize } from '../../base/format.ts';
import { attachmentUrl, type MessageView } from './api.ts';
import styles from './attachments.module.css';

const gone: Readonly<Record<'in_trash' | 'ended', string>> = {
  in_trash: 'in the trash',
  ended: 'no longer shared',
};

/** Files that were shared with the room by a message. */
export function Attachments({ message: { roomId, attachments } }: { readonly message: MessageView }) {
  if (attachments.length === 0) return null;
  return (
    <ul className={styles.list} aria-label="Files">
      {attachments.map(({ shareId, name, size, state }) => (
        <li key={shareId} className={styles.file}>
          {state === 'shared' ? (
            <>
              <IconFile size={18} stroke={1.6} aria-hidden />
              <a className={styles.name} href={attachmentUrl(roomId, shareId)} download>
                <bdi>{name}</bdi>
              </a>
              <span className="soft">{formatSize(size)}</span>
            </>
          ) : (
            <>
              <IconFileOff size={18} stroke={1.6} aria-hidden />
              <bdi className={styles.name}>{name}</bdi>
              <span className="soft">{gone[state]}</span>
            </>
          )}
        </li>
      ))}
    </ul>
  );
}
