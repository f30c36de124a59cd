import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Foreign } from '../../../base/text/bits.tsx';
import { CommandLine } from '../../../base/saving/command-line.tsx';
import { checkOptions, hostOptions } from '../api.ts';
import { hostIdIn } from './host-id-in.ts';
import { fixWords, NOT_RUN_ON_WINDOWS } from '../words.ts';

/** What mends a finding of a host, typed there: this server runs nothing on it. Nothing for a check of another release. */
export function FixOnHost({ checkId, resource }: { readonly checkId: string; readonly resource: string }) {
  const { data: check } = useQuery({ ...checkOptions(checkId), retry: false });
  const hostId = hostIdIn(resource);
  const { data: host } = useQuery({ ...hostOptions(hostId ?? ''), enabled: hostId !== undefined, retry: false });
  if (!check) return null;
  const isCarried = host?.state === 'imported';
  return (
    <>
      {check.platform === 'windows' && (
        <p className="soft">{NOT_RUN_ON_WINDOWS}: look yourself before you act on it.</p>
      )}
      {check.fixCommand !== null && (
        <>
          <CommandLine label="The command that mends it, on the host" command={check.fixCommand} />
          <p className="soft">
            {isCarried
              ? 'The scans of this host are carried here by hand: the command needs Holdfast installed there, and without it do what stands above. '
              : ''}
            It shows what it would change first. {fixWords[check.fix]}
            {!isCarried && (
              <>
                {' '}
                Where an agent runs, add <code>--state /var/lib/holdfast-agent</code>: what is new is told by what it
                knew before.
              </>
            )}
            {check.cuts !== null && (
              <>
                {' '}
                May cut off: <Foreign>{check.cuts}</Foreign>
              </>
            )}
          </p>
        </>
      )}
      <p>
        <Link to="/security/hosts/checks/$checkId" params={{ checkId }}>
          About this check, and its script
        </Link>
      </p>
    </>
  );
}
