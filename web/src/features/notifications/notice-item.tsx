import { Button } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import IconAlertTriangle from '@tabler/icons-react/icons/IconAlertTriangle';
import IconExclamationCircle from '@tabler/icons-react/icons/IconExclamationCircle';
import IconInfoCircle from '@tabler/icons-react/icons/IconInfoCircle';
import { Time } from '../../base/text/bits.tsx';
import type { NoticeView } from './api.ts';
import styles from './notices.module.css';

export interface NoticeItemProps {
  readonly notice: NoticeView;
  readonly onFollow: () => void;
  readonly onMark: (read: boolean) => void;
}

const signs = {
  info: { Icon: IconInfoCircle, said: null },
  warning: { Icon: IconExclamationCircle, said: 'Needs a look: ' },
  critical: { Icon: IconAlertTriangle, said: 'Urgent: ' },
} as const satisfies Record<NoticeView['severity'], unknown>;

export function NoticeItem({ notice, onFollow, onMark }: NoticeItemProps) {
  const { severity, title, details, advice, link, count, firstTime, lastTime, readTime } = notice;
  const { Icon, said } = signs[severity];
  const isRead = readTime !== null;
  return (
    <li className={styles.notice} data-read={isRead || undefined} data-severity={severity}>
      <Icon className={styles.sign} size={18} stroke={1.8} aria-hidden />
      <div className={styles.words}>
        <p className={styles.title}>
          {said !== null && <span className="hidden-text">{said}</span>}
          <bdi>{title}</bdi>
          {!isRead && <span className={styles.dot} role="img" aria-label="Not read" />}
        </p>
        {details.map((detail) => (
          <p key={detail} dir="auto">
            {detail}
          </p>
        ))}
        {advice !== '' && <p className="soft">{advice}</p>}
        <div className={styles.foot}>
          <span className="soft">
            <Time>{lastTime}</Time>
            {count > 1 && (
              <>
                , first <Time within>{firstTime}</Time>
              </>
            )}
          </span>
          <span className={styles.acts}>
            {link !== null && (
              // The server names pages of this app; whatever else it says leads to “no such page”.
              <Button component={Link} to={link} size="compact-sm" variant="default" onClick={onFollow}>
                Show it<span className="hidden-text">: {title}</span>
              </Button>
            )}
            <Button size="compact-sm" variant="subtle" color="gray" onClick={() => onMark(!isRead)}>
              {isRead ? 'Mark as not read' : 'Mark as read'}
              <span className="hidden-text">: {title}</span>
            </Button>
          </span>
        </div>
      </div>
    </li>
  );
}
