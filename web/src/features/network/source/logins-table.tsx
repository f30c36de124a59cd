import { Link } from '@tanstack/react-router';
import { Foreign } from '../../../base/text/bits.tsx';
import { formatCount } from '../../../base/text/format.ts';
import { table } from '../../../base/lists/table.ts';
import { visible } from '../../../base/text/visible.ts';
import type { SourceReply } from '../api.ts';
import { AddressLink, Moment } from '../bits.tsx';
import type { RangeSearch } from '../range.ts';
import { logWords } from '../words.ts';
import styles from './source-page.module.css';

export interface LoginsTableProps {
  readonly logins: SourceReply['logins'];
  readonly range: RangeSearch;
}

/** Each user at each server once, with how often; a secret itself is nowhere. */
export function LoginsTable({ logins, range }: LoginsTableProps) {
  return (
    <div className={table.scroll}>
      <table className={table.table} aria-label="Logins it tried">
        <thead>
          <tr>
            <th scope="col">At</th>
            <th scope="col">User</th>
            <th scope="col">Result</th>
            <th scope="col" className={table.wide}>
              Times
            </th>
            <th scope="col" className={table.wide}>
              Last
            </th>
          </tr>
        </thead>
        <tbody>
          {logins.map(({ service, address, port, user, success, cleartext, count, last, uid }, at) => (
            <tr key={at}>
              <td>
                {visible(logWords[service] ?? service)}{' '}
                <span className={table.under}>
                  <AddressLink address={address} range={range} /> port {port}
                </span>
              </td>
              <td>{user === null ? <span className="soft">Not known</span> : <Foreign>{user}</Foreign>}</td>
              <td>
                <span data-success={success === true || undefined} className={styles.result}>
                  {success === null ? 'Nobody can tell' : success ? 'Got in' : 'Refused'}
                </span>
                {cleartext && <span className={`${table.under} ${styles.look}`}>The secret crossed readable</span>}
                <span className={`${table.under} ${table.narrow}`}>{formatCount(count)} times</span>
              </td>
              <td className={table.wide}>{formatCount(count)}</td>
              <td className={table.wide}>
                <Moment>{last}</Moment>{' '}
                <Link to="/security/network/flows/$uid" params={{ uid }}>
                  Flow
                </Link>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
