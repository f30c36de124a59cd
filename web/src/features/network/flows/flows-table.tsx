/** The list of flows. Only the rows in sight are drawn, and pages come as they are needed, so that its length is no matter. */
import { Link, useNavigate } from '@tanstack/react-router';
import { useVirtualizer } from '@tanstack/react-virtual';
import { type KeyboardEvent, useEffect, useRef, useState } from 'react';
import { formatCount, formatSize } from '../../../base/text/format.ts';
import { visible } from '../../../base/text/visible.ts';
import type { StoredFlow } from '../api.ts';
import { endText } from '../end-text.ts';
import { formatExactMoment, formatMoment, formatSpan } from '../moments.ts';
import { serviceWords } from '../words.ts';
import styles from './flows.module.css';
import { protoWords, wordsOfEnd } from './state-words.ts';

const ROW = 37;
const TALL_ROW = 61;
const FETCH_AHEAD = 200;

export interface FlowsTableProps {
  readonly flows: readonly StoredFlow[];
  readonly hasMore: boolean;
  readonly isFetchingMore: boolean;
  readonly fetchMore: () => void;
}

/** One stop for the Tab key; arrows or j and k go through the rows, Enter opens one. */
export function FlowsTable({ flows, hasMore, isFetchingMore, fetchMore }: FlowsTableProps) {
  const navigate = useNavigate();
  const scroller = useRef<HTMLDivElement>(null);
  const [active, setActive] = useState(-1);
  const rowHeight = useRowHeight();
  const virtual = useVirtualizer({
    count: flows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 12,
    getItemKey: (index) => flows[index]?.uid ?? index,
  });
  const rows = virtual.getVirtualItems();
  const lastShown = rows.at(-1)?.index ?? 0;
  useEffect(() => virtual.measure(), [rowHeight, virtual]);
  useEffect(() => {
    if (hasMore && !isFetchingMore && lastShown >= flows.length - FETCH_AHEAD) fetchMore();
  }, [hasMore, isFetchingMore, lastShown, flows.length, fetchMore]);

  const go = (to: number): void => {
    const next = Math.min(Math.max(to, 0), flows.length - 1);
    setActive(next);
    virtual.scrollToIndex(next);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const { key } = event;
    const flow = flows[active];
    if (key === 'ArrowDown' || key === 'j') go(active + 1);
    else if (key === 'ArrowUp' || key === 'k') go(active - 1);
    else if (key === 'PageDown') go(active + 10);
    else if (key === 'PageUp') go(active - 10);
    else if (key === 'Home') go(0);
    else if (key === 'End') go(flows.length - 1);
    else if (key === 'Enter' && flow) {
      void navigate({ to: '/security/network/flows/$uid', params: { uid: flow.uid } });
    } else return;
    event.preventDefault();
  };
  const activeFlow = flows[active];

  return (
    <div
      ref={scroller}
      className={styles.table}
      role="grid"
      tabIndex={0}
      aria-label="Flows"
      aria-rowcount={hasMore ? -1 : flows.length + 1}
      aria-activedescendant={activeFlow ? `flow-${activeFlow.uid}` : undefined}
      onKeyDown={onKeyDown}
    >
      <div role="row" className={styles.headRow} aria-rowindex={1}>
        <div role="columnheader">Begun</div>
        <div role="columnheader">From and to</div>
        <div role="columnheader">Protocol</div>
        <div role="columnheader">How it ended</div>
        <div role="columnheader" className={styles.amount}>
          Sent
        </div>
        <div role="columnheader" className={styles.amount}>
          Received
        </div>
        <div role="columnheader" className={styles.amount}>
          Took
        </div>
      </div>
      <div role="rowgroup" className={styles.rows} style={{ height: virtual.getTotalSize() }}>
        {rows.map(({ index, start, size }) => {
          const flow = flows[index];
          return flow ? (
            <div
              key={flow.uid}
              role="presentation"
              className={styles.place}
              style={{ height: size, transform: `translateY(${start}px)` }}
            >
              <FlowRow flow={flow} rowIndex={index + 2} active={index === active} />
            </div>
          ) : null;
        })}
      </div>
      {isFetchingMore && (
        <p className={styles.more} role="status">
          Fetching more: {formatCount(flows.length)} so far
        </p>
      )}
    </div>
  );
}

interface FlowRowProps {
  readonly flow: StoredFlow;
  readonly rowIndex: number;
  readonly active: boolean;
}

function FlowRow({ flow, rowIndex, active }: FlowRowProps) {
  const { uid, proto, service, ts, duration } = flow;
  const from = endText(flow['id.orig_h'], flow['id.orig_p'], proto);
  const to = endText(flow['id.resp_h'], flow['id.resp_p'], proto);
  const { code, short, about } = wordsOfEnd(flow);
  return (
    <div
      id={`flow-${uid}`}
      role="row"
      className={styles.row}
      aria-rowindex={rowIndex}
      aria-selected={active}
      data-active={active || undefined}
    >
      <div role="gridcell" className={styles.time} title={formatExactMoment(ts)}>
        {formatMoment(ts)}
      </div>
      <div role="gridcell" className={styles.ends}>
        <Link
          to="/security/network/flows/$uid"
          params={{ uid }}
          className={styles.link}
          tabIndex={-1}
          title={`${from} → ${to}`}
          dir="ltr"
        >
          <span>{from}</span> → <span>{to}</span>
        </Link>
      </div>
      <div role="gridcell" className={styles.proto}>
        {protoWords[proto]}
        {service !== undefined && ` · ${visible(serviceWords(service))}`}
      </div>
      <div role="gridcell" className={styles.state} title={`${visible(code)}: ${about}`}>
        {short} <code className="soft">{visible(code)}</code>
      </div>
      <div role="gridcell" className={styles.amount}>
        <span className={styles.onPhone} aria-hidden>
          ↑
        </span>{' '}
        {formatSize(flow.orig_bytes ?? flow.orig_ip_bytes)}
      </div>
      <div role="gridcell" className={styles.amount}>
        <span className={styles.onPhone} aria-hidden>
          ↓
        </span>{' '}
        {flow.resp_bytes === undefined ? '–' : formatSize(flow.resp_bytes)}
      </div>
      <div role="gridcell" className={styles.amount}>
        {formatSpan(duration)}
      </div>
    </div>
  );
}

/** On a phone a flow takes two lines. */
function useRowHeight(): number {
  const [narrow, setNarrow] = useState(() => matchMedia('(max-width: 900px)').matches);
  useEffect(() => {
    const query = matchMedia('(max-width: 900px)');
    const change = (): void => setNarrow(query.matches);
    query.addEventListener('change', change);
    return () => query.removeEventListener('change', change);
  }, []);
  return narrow ? TALL_ROW : ROW;
}
