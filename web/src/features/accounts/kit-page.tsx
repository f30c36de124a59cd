import { Button, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import IconDownload from '@tabler/icons-react/icons/IconDownload';
import IconPrinter from '@tabler/icons-react/icons/IconPrinter';
import { type SyntheticEvent, useEffect, useState } from 'react';
import { ProblemNote } from '../../base/requests/problem-note.tsx';
import { useStore } from '../../base/store.ts';
import { confirmKit, meOptions } from './api.ts';
import styles from './forms.module.css';
import { CONFIRMING_CHARACTERS, confirmsKit, freshKit, type FreshKit } from './fresh-kit.ts';
import kitStyles from './kit-page.module.css';
import { Outside } from '../../base/pages/outside.tsx';
import { QrCode } from './qr-code.tsx';

/** Right after sign-up, or after new keys were made: the one time that the kit is shown. */
export function KitPage() {
  const kit = useStore(freshKit);
  if (kit) return <Kit kit={kit} />;
  return (
    <Outside title="The recovery kit is shown once" foot={<Link to="/files">Go to my files</Link>}>
      <p>
        It is kept nowhere, so it cannot be shown again. If you do not have it on paper or in a password manager, make a
        new one while you can still log in, under “New keys”: the old one opens nothing after that. If you have it, say
        so there, and nobody asks again.
      </p>
      <p>
        <Link to="/settings/keys">Password and keys</Link>
      </p>
    </Outside>
  );
}

function Kit({ kit }: { readonly kit: FreshKit }) {
  const navigate = useNavigate();
  const queries = useQueryClient();
  const [typed, setTyped] = useState('');
  const [wrong, setWrong] = useState(false);

  // Leaving the page loses the kit for good.
  useEffect(() => {
    const ask = (event: BeforeUnloadEvent): void => event.preventDefault();
    addEventListener('beforeunload', ask);
    return () => removeEventListener('beforeunload', ask);
  }, []);

  const leave = (): void => {
    void navigate({ to: '/files', replace: true }).then(() => freshKit.set(null));
  };
  const act = useMutation({
    mutationFn: confirmKit,
    onSuccess: () => queries.invalidateQueries(meOptions),
  });
  const submit = (event: SyntheticEvent): void => {
    event.preventDefault();
    const right = confirmsKit(typed, kit.recoveryKey);
    setWrong(!right);
    // Whoever has left already is not led away from where he is.
    if (right) act.mutate(undefined, { onSuccess: leave });
  };

  return (
    <Outside
      title="Keep your recovery kit"
      wide
      lead="Print it or put it into a password manager, away from this computer. It is shown this once. With it you come back in when the password is lost; without both, your files cannot be opened by anybody."
    >
      <section className={kitStyles.sheet} aria-label="Recovery kit">
        <QrCode text={kit.recoveryKey} label="The recovery key as a QR code" />
        <div className={kitStyles.words}>
          <h2>Holdfast recovery kit</h2>
          <p>
            For <bdi>{kit.email}</bdi> at {location.host}
          </p>
          <p className="soft">Whoever has this can open your files.</p>
          <code className={kitStyles.key}>{kit.recoveryKey}</code>
        </div>
      </section>
      <div className={kitStyles.acts}>
        <Button variant="default" leftSection={<IconDownload size={16} />} onClick={() => download(kit)}>
          Download
        </Button>
        <Button variant="default" leftSection={<IconPrinter size={16} />} onClick={() => print()}>
          Print
        </Button>
      </div>
      <form className={`${styles.form} ${kitStyles.confirm}`} onSubmit={submit}>
        <TextInput
          label={`To confirm that you have it, type the last ${CONFIRMING_CHARACTERS} characters of the key`}
          autoComplete="off"
          spellCheck={false}
          value={typed}
          error={wrong && 'These are not the last characters of the key. Look at the kit that you kept.'}
          onChange={(event) => setTyped(event.currentTarget.value)}
        />
        {act.error && <ProblemNote error={act.error} tried="Confirm the kit" />}
        <div className={kitStyles.acts}>
          <Button type="submit" loading={act.isPending}>
            I have kept it
          </Button>
          <Button variant="subtle" onClick={leave}>
            Later: go on without confirming
          </Button>
        </div>
      </form>
    </Outside>
  );
}

/** From memory to disk, without a server in between. */
function download({ email, recoveryKit }: FreshKit): void {
  const address = URL.createObjectURL(new Blob([recoveryKit], { type: 'text/plain' }));
  const link = document.createElement('a');
  link.href = address;
  link.download = `holdfast-recovery-kit-${email.replaceAll(/[^A-Za-z0-9@._-]/g, '_')}.txt`;
  link.click();
  URL.revokeObjectURL(address);
}
