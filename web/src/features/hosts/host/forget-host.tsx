import { Button, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { type SyntheticEvent, useState } from 'react';
import { showToast } from '../../../app/toasts.ts';
import { Dialog } from '../../../base/dialogs/dialog.tsx';
import { ProblemNote } from '../../../base/requests/problem-note.tsx';
import { sections } from '../../../base/pages/sections.ts';
import { everyFinding } from '../../findings/api.ts';
import { everyHost, forgetHost, type HostReply } from '../api.ts';
import { nameOf } from '../words.ts';

/** Cannot be taken back, so that the name is asked for. */
export function ForgetHost({ host }: { readonly host: HostReply }) {
  const [asking, setAsking] = useState(false);
  return (
    <section className={sections.section}>
      <h2>Forget it</h2>
      <p>
        For a computer that is no more. Its scans, facts and firewall rules are deleted here; nothing happens on it.
      </p>
      <div className={sections.row}>
        <Button variant="default" color="red" onClick={() => setAsking(true)}>
          Forget this host…
        </Button>
      </div>
      {asking && <Ask host={host} onClose={() => setAsking(false)} />}
    </section>
  );
}

function Ask({ host, onClose }: { readonly host: HostReply; readonly onClose: () => void }) {
  const queries = useQueryClient();
  const navigate = useNavigate();
  const name = nameOf(host);
  const [typed, setTyped] = useState('');
  const forget = useMutation({
    mutationFn: () => forgetHost(host.hostId),
    onSuccess: async () => {
      showToast({ text: `Forgot “\u2068${name}\u2069”.` });
      // Whoever has gone on already stays there.
      if (location.pathname.startsWith(`/security/hosts/${host.hostId}`)) await navigate({ to: '/security/hosts' });
      await queries.invalidateQueries({ queryKey: everyHost });
      await queries.invalidateQueries({ queryKey: everyFinding });
    },
  });
  const isSure = typed.trim() === name;
  const submit = (event: SyntheticEvent): void => {
    event.preventDefault();
    if (isSure) forget.mutate();
  };
  return (
    <Dialog
      onClose={onClose}
      title={
        <>
          Forget <bdi>{name}</bdi>
        </>
      }
    >
      <form className={sections.dialog} onSubmit={submit}>
        <p>Nobody can bring these back:</p>
        <ul>
          <li>its scans, and how its index went</li>
          <li>its facts and the states of its firewall</li>
          <li>its token: the agent on it is refused</li>
        </ul>
        <TextInput
          label="Type its name to go on"
          autoComplete="off"
          dir="auto"
          data-autofocus
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
        />
        {forget.error && <ProblemNote error={forget.error} tried="Forget this host" />}
        <div className={sections.dialogActs}>
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" color="red" disabled={!isSure} loading={forget.isPending}>
            Forget it
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
