import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { counted } from '../../base/text/format.ts';
import { visible } from '../../base/text/visible.ts';
import { hostTotalsOptions } from '../hosts/api.ts';
import { stateWords } from '../hosts/words.ts';

const notHeard = ['silent', 'late', 'waiting', 'revoked'] as const;

/** Hosts that nobody hears from, and why checks could not look on the others. */
export function UnseenHosts() {
  const { data } = useQuery(hostTotalsOptions);
  if (!data) return null;
  if (data.hosts === 0) {
    return (
      <li>
        Hosts: none reports here. <Link to="/security/hosts">Add one</Link>
      </li>
    );
  }
  return (
    <>
      {notHeard.map((state) =>
        data.states[state] === 0 ? null : (
          <li key={state}>
            <Link to="/security/hosts" search={{ state }}>
              {counted(data.states[state], 'host')}
            </Link>
            : {stateWords[state].label.toLowerCase()}. <span className="soft">{stateWords[state].about}</span>
          </li>
        ),
      )}
      {data.notLookedAt.map(({ why, checks, hosts }) => (
        <li key={why}>
          {counted(checks, 'check')} on {counted(hosts, 'host')}: <bdi>{visible(why)}</bdi>
        </li>
      ))}
    </>
  );
}
