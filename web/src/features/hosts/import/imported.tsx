import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import { counted } from '../../../base/text/format.ts';
import { ProblemNote } from '../../../base/requests/problem-note.tsx';
import { sections } from '../../../base/pages/sections.ts';
import { visible } from '../../../base/text/visible.ts';
import { hostOptions } from '../api.ts';
import { HardeningBar } from '../hardening-bar.tsx';
import { OpenCounts } from '../marks.tsx';
import type { ImportReply } from './send-result.ts';
import { nameOf, stateWords } from '../words.ts';

/** What came of an import: which host it is about, how that stands now, and which checks cannot be compared. */
export function Imported({ reply, onAnother }: { readonly reply: ImportReply; readonly onAnother: () => void }) {
  const { hostId, hostname, otherChecks, unknownChecks } = reply;
  const { data: host, error } = useQuery(hostOptions(hostId));
  const said = useRef<HTMLParagraphElement>(null);
  // The button that was pressed is gone.
  useEffect(() => said.current?.focus(), []);
  return (
    <div className={sections.dialog}>
      <p ref={said} tabIndex={-1}>
        The scan of <bdi>{host ? nameOf(host) : visible(hostname)}</bdi> is in.
      </p>
      {error && <ProblemNote error={error} tried="Show how the host stands" />}
      {host && (
        <dl className={sections.facts}>
          <dt>Hardening index</dt>
          <dd>
            <HardeningBar {...host} />
          </dd>
          <dt>Open</dt>
          <dd>
            <OpenCounts {...host} />
          </dd>
          <dt>State</dt>
          <dd>
            {stateWords[host.state].label}. {stateWords[host.state].about}
          </dd>
        </dl>
      )}
      <p className="soft">
        This is how the host stands by the newest scan there is of it. A file tells what a computer said of itself;
        nothing proves that it is true.
      </p>
      {otherChecks.length > 0 && (
        <p>
          There, {counted(otherChecks.length, 'check had another script', 'checks had other scripts')} than here, as the
          archive was made by another version:{' '}
          {otherChecks.map((id, at) => (
            <span key={id}>
              {at > 0 && ', '}
              <Link to="/security/hosts/checks/$checkId" params={{ checkId: id }}>
                <code>{id}</code>
              </Link>
            </span>
          ))}
        </p>
      )}
      {unknownChecks.length > 0 && (
        <p>
          {counted(unknownChecks.length, 'check is', 'checks are')} not known here, and left out:{' '}
          <code>{unknownChecks.join(', ')}</code>
        </p>
      )}
      <div className={sections.dialogActs}>
        <Button variant="default" onClick={onAnother}>
          Import another
        </Button>
        <Button component={Link} to={`/security/hosts/${hostId}`}>
          Show the host
        </Button>
      </div>
    </div>
  );
}
