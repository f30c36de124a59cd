import { Link } from '@tanstack/react-router';
import type { KeyboardEvent } from 'react';
import { Foreign, Time } from '../../base/text/bits.tsx';
import { chooseAll, chooseNone, chooseTo, type Selection, toggle } from '../../base/lists/selection.ts';
import { table } from '../../base/lists/table.ts';
import { useRovingRows } from '../../base/lists/use-roving-rows.ts';
import { visible } from '../../base/text/visible.ts';
import type { FindingSummary } from './api.ts';
import type { FindingsFilter } from './filter.ts';
import styles from './findings-table.module.css';
import { SeverityMark, StateMark, UnknownMark } from './marks.tsx';
import { sourceWords } from './words.ts';

export interface FindingsTableProps {
  readonly findings: readonly FindingSummary[];
  readonly filter: FindingsFilter;
  readonly selection: Selection;
  readonly onSelect: (selection: Selection) => void;
}

/** One stop for the Tab key; arrows or j and k go through the rows, Enter opens one, space chooses it. */
export function FindingsTable({ findings, filter, selection, onSelect }: FindingsTableProps) {
  const rowProps = useRovingRows(findings.length);
  const ids = findings.map(({ findingId }) => findingId);
  const many = ids.filter((id) => selection.chosen.has(id)).length;
  const isAll = many === ids.length;
  const choose = (id: string, upTo: boolean): void =>
    onSelect(upTo ? chooseTo(selection, ids, id) : toggle(selection, id));
  const linkProps = (at: number, id: string) => {
    const { onKeyDown, ...rest } = rowProps(at);
    return {
      ...rest,
      onKeyDown(event: KeyboardEvent): void {
        if (event.key !== ' ') return onKeyDown(event);
        event.preventDefault();
        choose(id, event.shiftKey);
      },
    };
  };
  return (
    <div className={table.scroll}>
      <table className={table.table} aria-label="Findings">
        <thead>
          <tr>
            <th scope="col" className={styles.check}>
              <input
                type="checkbox"
                aria-label="Choose everything that is shown"
                checked={isAll}
                ref={(box) => {
                  if (box) box.indeterminate = many > 0 && !isAll;
                }}
                onChange={() => onSelect(isAll ? chooseNone(selection) : chooseAll(selection, ids))}
              />
            </th>
            <th scope="col">Severity</th>
            <th scope="col">What</th>
            <th scope="col" className={table.wide}>
              Where
            </th>
            <th scope="col" className={table.wide}>
              Guard
            </th>
            <th scope="col" className={table.wide}>
              Last seen
            </th>
          </tr>
        </thead>
        <tbody>
          {findings.map(({ findingId, severity, verdict, state, title, check, resource, source, lastSeenTime }, at) => (
            <tr key={findingId} className={styles.row} data-chosen={selection.chosen.has(findingId) || undefined}>
              <td className={styles.check}>
                <input
                  type="checkbox"
                  aria-label={`Choose ${visible(title)}`}
                  tabIndex={-1}
                  checked={selection.chosen.has(findingId)}
                  onClick={(event) => choose(findingId, event.shiftKey)}
                  onChange={() => undefined}
                />
              </td>
              <td className={styles.severity}>
                <SeverityMark severity={severity} />
              </td>
              <td>
                <Link
                  to="/security/findings"
                  search={{ ...filter, finding: findingId }}
                  className={styles.title}
                  {...linkProps(at, findingId)}
                >
                  <Foreign>{title}</Foreign>
                </Link>
                <span className={table.under}>
                  <UnknownMark verdict={verdict} /> {state !== 'open' && <StateMark state={state} />}{' '}
                  <code>{visible(check)}</code>
                </span>
                <span className={`${table.under} ${table.narrow}`}>
                  <Foreign>{resource.name}</Foreign> · <Time within>{lastSeenTime}</Time>
                </span>
              </td>
              <td className={table.wide}>
                <Foreign>{resource.name}</Foreign>
                <Foreign className={table.under}>
                  {[resource.type, resource.account, resource.region].filter(Boolean).join(' · ')}
                </Foreign>
              </td>
              <td className={table.wide}>{visible(sourceWords(source))}</td>
              <td className={`${table.wide} ${styles.time}`}>
                <Time>{lastSeenTime}</Time>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
