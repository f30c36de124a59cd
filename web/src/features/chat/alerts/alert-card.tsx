/** What the workspace tells so that somebody does something about it: how bad it is, how often, and what can be done. */
import { Button } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { latePart } from '../../../app/late-part.tsx';
import { showError } from '../../../app/toasts.ts';
import { Time } from '../../../base/text/bits.tsx';
import { formatCount } from '../../../base/text/format.ts';
import { useMe } from '../../accounts/api.ts';
import type { MessageView } from '../api.ts';
import type { MessageActs } from '../message/message-acts.ts';
import styles from './alert-card.module.css';
import { actOnAlert } from './api.ts';
import { headingOf, pathOn, tellsOfMore } from './alert-words.ts';
import { MessageText } from '../text/message-text.tsx';

const AcceptDialog = latePart('Accept the finding', async () => (await import('./accept-dialog.tsx')).AcceptDialog);

type Alert = NonNullable<MessageView['alert']>;
type Action = Alert['actions'][number];

const severityWords: Readonly<Record<Alert['severity'], string>> = {
  critical: 'Critical',
  warning: 'Needs a look',
  info: 'For your information',
};

export interface AlertCardProps {
  readonly message: MessageView;
  readonly alert: Alert;
  readonly text: string;
  readonly me: string;
  /** Missing where messages are only shown, as in a list of what was found. */
  readonly acts?: MessageActs | undefined;
}

export function AlertCard({ message, alert, text, me, acts }: AlertCardProps) {
  const { severity, count, firstTime, lastTime, actions, link } = alert;
  const [accepting, setAccepting] = useState<Action | null>(null);
  const [isPending, setPending] = useState(false);
  // The server decides it the same way: being in the room is not enough.
  const mayDecide = useMe()?.role === 'admin' && acts !== undefined && !acts.isClosed;
  const about = actions.filter(({ verb }) => verb === 'accept');
  const whole = actions.find(({ verb }) => verb === 'acknowledge');
  const acknowledge = async ({ actionId }: Action): Promise<void> => {
    setPending(true);
    try {
      acts?.onChanged(await actOnAlert(message, { actionId }));
    } catch (error) {
      showError('Acknowledge the alert', error);
    } finally {
      setPending(false);
    }
  };
  // What the text lists stands below, with what can be done about each.
  const heading = about.some(({ title }) => title !== null && title !== '') ? headingOf(text) : null;
  return (
    <div className={styles.alert} data-severity={severity}>
      {heading === null ? (
        <MessageText text={text} me={me} namesSomebody={false} />
      ) : (
        <p className={styles.heading} dir="auto">
          {heading}
        </p>
      )}
      <p className={styles.facts}>
        <span className={styles.severity} data-severity={severity}>
          <span className={styles.sign} aria-hidden />
          {severityWords[severity]}
        </span>
        {firstTime !== lastTime && (
          <span className="soft">
            {/* Of several findings the count is of all of them together, each as often as it was told. */}
            {about.length < 2 && `${formatCount(count)} times, `}first <Time within>{firstTime}</Time>, last{' '}
            <Time within>{lastTime}</Time>
          </span>
        )}
      </p>
      {about.length > 0 && (
        <ul className={styles.about} aria-label="What it is about">
          {about.map((action) => (
            <li key={action.actionId} className={styles.subject}>
              <span className={styles.title}>
                <bdi>{action.title === null || action.title === '' ? 'A finding' : action.title}</bdi>
                {action.severity && <span className="soft"> {action.severity}</span>}
              </span>
              <span className={styles.acts}>
                <OpenFinding findingId={action.findingId} title={action.title} />
                {action.done ? (
                  <Done word="Accepted" done={action.done} />
                ) : (
                  mayDecide && (
                    <Button
                      size="compact-sm"
                      variant="default"
                      aria-label={`Accept ${action.title ?? 'the finding'}`}
                      onClick={() => setAccepting(action)}
                    >
                      Accept…
                    </Button>
                  )
                )}
              </span>
            </li>
          ))}
        </ul>
      )}
      <div className={styles.acts}>
        {whole?.done ? (
          <Done word="Acknowledged" done={whole.done} />
        ) : (
          whole &&
          mayDecide && (
            <Button size="compact-sm" variant="default" loading={isPending} onClick={() => void acknowledge(whole)}>
              Acknowledge
            </Button>
          )
        )}
        {tellsOfMore(alert) && <OpenPlace link={link} word={about.length === 0 ? 'Open' : 'Open all'} />}
      </div>
      {accepting && acts && (
        <AcceptDialog message={message} action={accepting} onDone={acts.onChanged} onClose={() => setAccepting(null)} />
      )}
    </div>
  );
}

function OpenFinding({ findingId, title }: { readonly findingId: string | null; readonly title: string | null }) {
  if (findingId === null) return null;
  return (
    <Button
      component={Link}
      to={`/security/findings?${new URLSearchParams({ finding: findingId })}`}
      size="compact-sm"
      variant="default"
      {...(title === null || title === '' ? {} : { 'aria-label': `Open ${title}` })}
    >
      Open
    </Button>
  );
}

function OpenPlace({ link, word }: { readonly link: string | null; readonly word: string }) {
  const path = link === null ? null : pathOn(link, location.origin);
  if (path === null) return null;
  return (
    <Button component={Link} to={path} size="compact-sm" variant="default">
      {word}
    </Button>
  );
}

function Done({ word, done }: { readonly word: string; readonly done: NonNullable<Action['done']> }) {
  return (
    <span className="soft">
      {word} by <bdi>@{done.handle}</bdi>, <Time within>{done.time}</Time>
    </span>
  );
}
