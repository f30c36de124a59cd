import { Button, Checkbox, NativeSelect, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type SyntheticEvent, useState } from 'react';
import { CommandLine } from '../../../base/saving/command-line.tsx';
import { Dialog } from '../../../base/dialogs/dialog.tsx';
import { formatDuration } from '../../../base/text/format.ts';
import { ProblemNote } from '../../../base/requests/problem-note.tsx';
import { SecretOnce } from '../../../base/saving/secret-once.tsx';
import { sections } from '../../../base/pages/sections.ts';
import { type EnrolmentMade, enrolmentsOptions, makeEnrolment } from '../api.ts';
import styles from '../hosts.module.css';

const HOUR_MS = 3_600_000;
const lives = [HOUR_MS, 24 * HOUR_MS, 7 * 24 * HOUR_MS] as const;

export interface AddHostDialogProps {
  /** A host that is known and is enrolled anew; its older token is refused from then on. */
  readonly again?: { readonly hostId: string; readonly name: string };
  readonly onClose: () => void;
}

/** Makes a token that is shown once, with what is run on the host. The server itself runs nothing there. */
export function AddHostDialog({ again, onClose }: AddHostDialogProps) {
  const queries = useQueryClient();
  const [label, setLabel] = useState('');
  const [validMs, setValidMs] = useState<number>(HOUR_MS);
  const [withBuckets, setWithBuckets] = useState(false);
  const [withNetwork, setWithNetwork] = useState(false);
  const make = useMutation({
    mutationFn: () =>
      makeEnrolment({
        validMs,
        with: ['host', ...(withBuckets ? ['buckets' as const] : []), ...(withNetwork ? ['network' as const] : [])],
        ...(label.trim() === '' ? {} : { label: label.trim() }),
        ...(again === undefined ? {} : { hostId: again.hostId }),
      }),
    onSuccess: () => queries.invalidateQueries(enrolmentsOptions),
  });
  const submit = (event: SyntheticEvent): void => {
    event.preventDefault();
    make.mutate();
  };
  const title = again ? (
    <>
      Enrol <bdi>{again.name}</bdi> anew
    </>
  ) : (
    'Add a host'
  );
  return (
    <Dialog onClose={onClose} title={title} size="lg" closeOnClickOutside={false}>
      {make.data ? (
        <OnTheHost made={make.data} onClose={onClose} />
      ) : (
        <form className={sections.dialog} onSubmit={submit}>
          <p>
            A program on the host looks at it, as root, and reports here. This server cannot make it do anything: it may
            tell it only how often to look.
          </p>
          {again ? (
            <p>The token it has now is refused as soon as the new one is used.</p>
          ) : (
            <TextInput
              label="Name"
              description="What people call it. Leave it empty for the name that it gives itself."
              maxLength={100}
              autoComplete="off"
              dir="auto"
              data-autofocus
              value={label}
              onChange={(event) => setLabel(event.currentTarget.value)}
            />
          )}
          <NativeSelect
            label="The token can be used for"
            data={lives.map((ms) => ({ value: String(ms), label: formatDuration(ms) }))}
            value={String(validMs)}
            onChange={(event) => setValidMs(Number(event.currentTarget.value))}
          />
          <Checkbox
            label="It may look at buckets too"
            description="With the credentials of a store on that host. They stay there."
            checked={withBuckets}
            onChange={(event) => setWithBuckets(event.currentTarget.checked)}
          />
          <Checkbox
            label="It may watch the network too"
            description="Who spoke with whom, and names and addresses that were sent readable; no packets."
            checked={withNetwork}
            onChange={(event) => setWithNetwork(event.currentTarget.checked)}
          />
          {make.error && <ProblemNote error={make.error} tried="Make a token" />}
          <div className={sections.dialogActs}>
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" loading={make.isPending}>
              Make a token
            </Button>
          </div>
        </form>
      )}
    </Dialog>
  );
}

/** The program looks at what its token allows, and beyond the host only where it is told to. */
function commandOf({ enrolment }: EnrolmentMade): string {
  const parts = enrolment.with.length > 1 ? ` --with ${enrolment.with.join()}` : '';
  return `sudo holdfast agent --server ${location.origin} --token-file - --state /var/lib/holdfast-agent${parts}`;
}

function OnTheHost({ made, onClose }: { readonly made: EnrolmentMade; readonly onClose: () => void }) {
  return (
    <div className={sections.dialog}>
      <p>The token enrols one host, once. It is shown here alone; whoever has it can enrol a host of theirs.</p>
      <SecretOnce label="Token" secret={made.token} />
      <ol className={styles.steps}>
        <li>
          On the host, with Holdfast installed, start the agent; then paste the token, and press Enter and Ctrl D.
          {/* By standard input: what stands in a command line, every user of the host can read. */}
          <CommandLine label="Start the agent" command={commandOf(made)} />
          {made.enrolment.with.includes('buckets') && (
            <p className="soft">
              It looks at the buckets of the AWS account there; <code>--endpoint URL</code> names another store. To have
              objects watched as well, add <code>--buckets BUCKET</code>.
            </p>
          )}
        </li>
        <li>
          To have it start by itself, keep it as a service: <code>docs/agent.md</code> says how. The token is not needed
          again.
        </li>
      </ol>
      <p className="soft">
        The host is listed here as soon as its first report came. The agent is for Linux; of Windows, import a scan.
      </p>
      <div className={sections.dialogActs}>
        <Button onClick={onClose}>Done</Button>
      </div>
    </div>
  );
}
