import { Button, NativeSelect, TextInput } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { type SyntheticEvent, useState } from 'react';
import { showError, showToast } from '../../../app/toasts.ts';
import { AskFirst } from '../../../base/dialogs/ask-first.tsx';
import { formatDuration } from '../../../base/text/format.ts';
import { ProblemNote } from '../../../base/requests/problem-note.tsx';
import { sections } from '../../../base/pages/sections.ts';
import { AddHostDialog } from '../fleet/add-host-dialog.tsx';
import { changeHost, everyHost, hostOptions, type HostReply, revokeHost } from '../api.ts';
import { ForgetHost } from './forget-host.tsx';
import { nameOf } from '../words.ts';

const MINUTE_MS = 60_000;
const schedules = [5, 15, 60, 6 * 60, 24 * 60, 7 * 24 * 60].map((minutes) => minutes * MINUTE_MS);

/** What people call it, how often it is looked at, and the ways to be rid of it. */
export function HostSettingsPage() {
  const { hostId } = useParams({ from: '/frame/security/hosts/$hostId' });
  const { data: host } = useQuery(hostOptions(hostId));
  if (!host) return null;
  return (
    <div className={sections.page}>
      <NameAndSchedule key={host.hostId} host={host} />
      <Token host={host} />
      <ForgetHost host={host} />
    </div>
  );
}

function NameAndSchedule({ host }: { readonly host: HostReply }) {
  const queries = useQueryClient();
  const { hostId, schedule, hostname, state } = host;
  const [label, setLabel] = useState(host.label);
  const [scanEveryMs, setScanEveryMs] = useState(schedule.scanEveryMs);
  const hasAgent = state !== 'imported';
  const save = useMutation({
    mutationFn: () =>
      changeHost(hostId, {
        label: label.trim(),
        ...(scanEveryMs === schedule.scanEveryMs ? {} : { scanEveryMs }),
      }),
    onSuccess: () => showToast({ text: 'Saved.' }),
    onSettled: () => queries.invalidateQueries({ queryKey: everyHost }),
  });
  const submit = (event: SyntheticEvent): void => {
    event.preventDefault();
    save.mutate();
  };
  const all = schedules.includes(schedule.scanEveryMs) ? schedules : [schedule.scanEveryMs, ...schedules];
  return (
    <form className={sections.section} onSubmit={submit}>
      <h2>Name and schedule</h2>
      <TextInput
        label="Name"
        description={`What people call it. Left empty it is called as it calls itself.`}
        placeholder={hostname}
        maxLength={100}
        autoComplete="off"
        dir="auto"
        value={label}
        onChange={(event) => setLabel(event.currentTarget.value)}
      />
      {hasAgent && (
        <NativeSelect
          label="Looked at every"
          description="The host hears of it with its next report."
          data={all.map((ms) => ({ value: String(ms), label: formatDuration(ms) }))}
          value={String(scanEveryMs)}
          onChange={(event) => setScanEveryMs(Number(event.currentTarget.value))}
        />
      )}
      {save.error && <ProblemNote error={save.error} tried="Save the settings of this host" />}
      <div className={sections.row}>
        <Button type="submit" loading={save.isPending}>
          Save
        </Button>
      </div>
    </form>
  );
}

function Token({ host }: { readonly host: HostReply }) {
  const queries = useQueryClient();
  const [open, setOpen] = useState<'revoke' | 'again' | null>(null);
  const name = nameOf(host);
  const revoke = useMutation({
    mutationFn: () => revokeHost(host.hostId),
    onSuccess: () => showToast({ text: 'Revoked. Its token is refused from now on.' }),
    onError: (error) => showError(`Revoke “${name}”`, error),
    onSettled: () => queries.invalidateQueries({ queryKey: everyHost }),
  });
  const hasToken = host.state !== 'imported' && host.state !== 'revoked';
  return (
    <section className={sections.section}>
      <h2>Its token</h2>
      <p>
        {hasToken
          ? 'It reports with a token of its own, which opens no file and posts for this host alone.'
          : 'It has no token that is taken: nothing it sends is listened to.'}{' '}
        To let it report with a new one, enrol it anew.
      </p>
      <div className={sections.row}>
        <Button variant="default" onClick={() => setOpen('again')}>
          Enrol it anew…
        </Button>
        {hasToken && (
          <Button variant="default" loading={revoke.isPending} onClick={() => setOpen('revoke')}>
            Revoke…
          </Button>
        )}
      </div>
      {open === 'again' && <AddHostDialog again={{ hostId: host.hostId, name }} onClose={() => setOpen(null)} />}
      {open === 'revoke' && (
        <AskFirst
          title={
            <>
              Revoke <bdi>{name}</bdi>
            </>
          }
          act="Revoke it"
          onAct={() => revoke.mutate()}
          onClose={() => setOpen(null)}
        >
          <p>
            Its token is refused from now on, and its agent stops. What it reported stays. To go on, somebody has to
            enrol it anew, on the host.
          </p>
        </AskFirst>
      )}
    </section>
  );
}
