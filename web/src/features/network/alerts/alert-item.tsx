import { Link } from '@tanstack/react-router';
import { Foreign } from '../../../base/text/bits.tsx';
import { counted, formatCount } from '../../../base/text/format.ts';
import { visible } from '../../../base/text/visible.ts';
import { SeverityMark } from '../../findings/marks.tsx';
import type { NoticeRecord } from '../api.ts';
import { AddressLink, Moment } from '../bits.tsx';
import { FlowLinks } from '../flow-links.tsx';
import { formatSpan } from '../moments.ts';
import { around, type RangeSearch } from '../range.ts';
import { noteWords } from '../words.ts';
import styles from './alerts.module.css';

export interface AlertItemProps {
  readonly alert: NoticeRecord;
  /** With its arithmetic open from the start. */
  readonly isOpen?: boolean;
}

/** One alert: what it says, who it is about, how often it came, and the numbers that made it one. */
export function AlertItem({ alert, isOpen = false }: AlertItemProps) {
  const { severity, msg, sub, note, n, first, last } = alert;
  const range = around(first, last);
  return (
    <li className={styles.alert}>
      <SeverityMark severity={severity} />
      <div className={styles.body}>
        <p className={styles.title}>
          <Foreign>{msg}</Foreign>
        </p>
        <p className="soft">
          {visible(noteWords(note))}
          <Ends alert={alert} range={range} />
          {' · '}
          <Moment>{last}</Moment>
          {n > 1 && (
            <>
              {' · '}raised {formatCount(n)} times since <Moment>{first}</Moment>, told once
            </>
          )}
        </p>
        {sub !== undefined && sub !== '' && (
          <p className="soft">
            <Foreign>{sub}</Foreign>
          </p>
        )}
        <Arithmetic alert={alert} isOpen={isOpen} />
      </div>
    </li>
  );
}

function Ends({ alert: { src, dst, p, proto }, range }: { readonly alert: NoticeRecord; readonly range: RangeSearch }) {
  return (
    <>
      {src !== undefined && (
        <>
          {' · '}
          <AddressLink address={src} range={range} />
        </>
      )}
      {dst !== undefined && (
        <>
          {src === undefined ? ' · ' : ' → '}
          <AddressLink address={dst} range={range} />
        </>
      )}
      {p !== undefined && ` port ${p}${proto === undefined ? '' : `/${proto}`}`}
    </>
  );
}

/** What was counted, over how long, and from how many on it is an alert: anybody can hold it against the flows. */
function Arithmetic({ alert: { arithmetic, uids, note, src, dst }, isOpen }: Required<AlertItemProps>) {
  const about = src ?? dst;
  const { count, threshold, windowSeconds, explained } = arithmetic;
  return (
    <details className={styles.why} open={isOpen}>
      <summary>
        Why
        {windowSeconds > 0 &&
          `: ${formatCount(count)} in ${formatSpan(windowSeconds)}, from ${formatCount(threshold)} on it is an alert`}
      </summary>
      <ol className={styles.steps} aria-label="How it was worked out">
        {explained.map((each, at) => (
          <li key={at}>
            <Foreign>{each}</Foreign>
          </li>
        ))}
      </ol>
      {uids.length > 0 && (
        <p>
          {counted(uids.length, 'flow')} it was raised for{uids.length === 20 ? ', the first' : ''}:{' '}
          <FlowLinks uids={uids} />
        </p>
      )}
      <p className="soft">
        <code>{visible(note)}</code>
        {about !== undefined && (
          <>
            {' · '}
            <Link to="/security/findings" search={{ source: 'network', text: about, state: 'all' }}>
              Findings about {visible(about)}
            </Link>
            , where somebody may accept it
          </>
        )}
      </p>
    </details>
  );
}
