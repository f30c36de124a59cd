import { Link } from '@tanstack/react-router';
import { Time } from '../../../base/text/bits.tsx';
import { formatSize } from '../../../base/text/format.ts';
import { useMe } from '../../accounts/api.ts';
import { MessageText } from '../text/message-text.tsx';
import type { ReportView } from './api.ts';
import styles from './moderation.module.css';

export interface ReportedMessageProps {
  readonly report: NonNullable<ReportView['report']>;
  /** Whether the reader may go to where it was said: not into a conversation of others. */
  readonly isLinked: boolean;
}

/** The message as the reporter could read it. */
export function ReportedMessage({ report, isLinked }: ReportedMessageProps) {
  const { roomId, sequence, author, saidTime, text, files } = report;
  const me = useMe()?.handle ?? '';
  return (
    <blockquote className={styles.copy} aria-label="The reporter’s copy">
      <p>
        <bdi className={styles.author}>{author.name}</bdi>{' '}
        {author.mark !== null && <span className="soft">({author.mark}) </span>}
        <span className="soft">
          {isLinked ? (
            <Link to="/chat/rooms/$roomId/at/$sequence" params={{ roomId, sequence: String(sequence) }}>
              <Time>{saidTime}</Time>
            </Link>
          ) : (
            <Time>{saidTime}</Time>
          )}
        </span>
      </p>
      {text === null ? (
        <p className="soft">It was hidden from the reporter already.</p>
      ) : (
        text !== '' && <MessageText text={text} me={me} namesSomebody={false} />
      )}
      {files.length > 0 && (
        <ul className={styles.files} aria-label="Files">
          {files.map(({ name, size }, index) => (
            <li key={`${name} ${index}`}>
              File <bdi>{name}</bdi>, {formatSize(size)}
            </li>
          ))}
        </ul>
      )}
    </blockquote>
  );
}
