import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Foreign } from '../../../base/bits.tsx';
import { CommandLine } from '../../../base/command-line.tsx';
import { checkOptions } from '../api.ts';
import { fixWords, NOT_RUN_ON_WINDOWS } from '../words.ts';

/** What mends a finding of a host, typed there: this server runs nothing on it. Nothing for a check of another release. */
export function FixOnHost({ checkId }: { readonly checkId: string }) {
  const { data: check } = useQuery({ ...checkOptions(checkId), retry: false });
  if (!check) return null;
  return (
    <>
      {check.platform === 'windows' && (
        <p className="soft">{NOT_RUN_ON_WINDOWS}: look yourself before you act on it.</p>
      )}
      {check.fixCommand !== null && (
        <>
          <CommandLine label="The command that mends it, on the host" command={check.fixCommand} />
          <p className="soft">
            It shows what it would change first. {fixWords[check.fix]} Where an agent runs, add{' '}
            <code>--state /var/lib/holdfast-agent</code>: what is new is told by what it knew before.
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
