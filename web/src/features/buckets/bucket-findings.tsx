import { Link } from '@tanstack/react-router';
import { Foreign, Time } from '../../base/text/bits.tsx';
import { table } from '../../base/lists/table.ts';
import { SeverityMark, StateMark, UnknownMark } from '../findings/marks.tsx';
import { severities, states } from '../findings/words.ts';
import type { BucketReply } from './api.ts';

type Found = BucketReply['findings'][number];

/** What is or was wrong with the bucket, across all looks; each leads to its whole history and its decisions. */
export function BucketFindings({ findings, uid }: { readonly findings: readonly Found[]; readonly uid: string }) {
  const inOrder = findings.toSorted(
    (one, other) =>
      states.indexOf(one.state) - states.indexOf(other.state) ||
      severities.indexOf(one.severity) - severities.indexOf(other.severity),
  );
  if (inOrder.length === 0) return <p className="soft">Nothing is wrong with it, and nothing was.</p>;
  return (
    <div className={table.scroll}>
      <table className={table.table} aria-label="Findings of this bucket">
        <thead>
          <tr>
            <th scope="col">Severity</th>
            <th scope="col">What</th>
            <th scope="col" className={table.wide}>
              First seen
            </th>
            <th scope="col" className={table.wide}>
              Changed
            </th>
          </tr>
        </thead>
        <tbody>
          {inOrder.map(
            ({ findingId, severity, state, verdict, title, check, firstSeenTime, changedTime, reopened }) => (
              <tr key={findingId}>
                <td>
                  <SeverityMark severity={severity} />
                </td>
                <td>
                  <Link to="/security/findings" search={{ resource: uid, state: 'all', finding: findingId }}>
                    <Foreign>{title}</Foreign>
                  </Link>
                  <span className={table.under}>
                    <UnknownMark verdict={verdict} /> <StateMark state={state} /> <code>{check}</code>
                    {reopened > 0 && ` · came back ${reopened === 1 ? 'once' : `${reopened} times`}`}
                  </span>
                  <span className={`${table.under} ${table.narrow}`}>
                    first seen <Time within>{firstSeenTime}</Time>, changed <Time within>{changedTime}</Time>
                  </span>
                </td>
                <td className={table.wide}>
                  <Time>{firstSeenTime}</Time>
                </td>
                <td className={table.wide}>
                  <Time>{changedTime}</Time>
                </td>
              </tr>
            ),
          )}
        </tbody>
      </table>
    </div>
  );
}
