import { NativeSelect } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import IconArrowLeft from '@tabler/icons-react/icons/IconArrowLeft';
import { counted } from '../../../base/text/format.ts';
import { ProblemNote } from '../../../base/requests/problem-note.tsx';
import { sections } from '../../../base/pages/sections.ts';
import { table } from '../../../base/lists/table.ts';
import { usePageTitle } from '../../../base/pages/use-page-title.ts';
import { useRovingRows } from '../../../base/lists/use-roving-rows.ts';
import { SeverityMark } from '../../findings/marks.tsx';
import { checksOptions } from '../api.ts';
import page from '../host/host-page.module.css';
import styles from '../hosts.module.css';
import { NOT_RUN_ON_WINDOWS, platformWords } from '../words.ts';

/** Every check that comes with this release. */
export function ChecksPage() {
  usePageTitle('Checks');
  const { platform } = useSearch({ from: '/frame/security/hosts/checks' });
  const navigate = useNavigate();
  const { data, error, refetch } = useQuery(checksOptions);
  const checks = data?.filter((check) => platform === undefined || check.platform === platform) ?? [];
  const rowProps = useRovingRows(checks.length);
  return (
    <div className={`${sections.page} ${styles.page}`}>
      <Link to="/security/hosts" className={page.back}>
        <IconArrowLeft size={16} aria-hidden /> All hosts
      </Link>
      <h2>What is checked on a host</h2>
      {error && <ProblemNote error={error} tried="List the checks" onRetry={() => void refetch()} />}
      {data && (
        <div className={sections.row}>
          <NativeSelect
            label="System"
            data={[
              { value: '', label: 'Any' },
              ...Object.entries(platformWords).map(([value, label]) => ({ value, label })),
            ]}
            value={platform ?? ''}
            onChange={({ currentTarget: { value } }) =>
              void navigate({
                to: '/security/hosts/checks',
                search: value === 'linux' || value === 'windows' ? { platform: value } : {},
                replace: true,
              })
            }
          />
          <p className="soft">{counted(checks.length, 'check')}</p>
        </div>
      )}
      {checks.length > 0 && (
        <div className={table.scroll}>
          <table className={table.table} aria-label="Checks">
            <thead>
              <tr>
                <th scope="col">Severity</th>
                <th scope="col">What</th>
                <th scope="col" className={table.wide}>
                  System
                </th>
              </tr>
            </thead>
            <tbody>
              {checks.map(({ checkId, title, severity, platform: on }, at) => (
                <tr key={checkId} className={styles.row}>
                  <td className={styles.indexCell}>
                    <SeverityMark severity={severity} />
                  </td>
                  <td>
                    <Link
                      to="/security/hosts/checks/$checkId"
                      params={{ checkId }}
                      className={styles.name}
                      {...rowProps(at)}
                    >
                      {title}
                    </Link>
                    <span className={table.under}>
                      <code>{checkId}</code>
                      {on === 'windows' && ` · ${NOT_RUN_ON_WINDOWS}`}
                    </span>
                  </td>
                  <td className={table.wide}>{platformWords[on]}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </div>
  );
}
