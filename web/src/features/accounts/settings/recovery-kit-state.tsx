import { Button } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { showError } from '../../../app/toasts.ts';
import { Time } from '../../../base/text/bits.tsx';
import { confirmKit, meOptions, useMe } from '../api.ts';
import { sections as styles } from '../../../base/pages/sections.ts';

/** Whether the only other way in is kept. The kit itself is nowhere to be shown from. */
export function RecoveryKitState() {
  const me = useMe();
  const queries = useQueryClient();
  const confirm = useMutation({
    mutationFn: confirmKit,
    onSuccess: () => queries.invalidateQueries(meOptions),
    onError: (error) => showError('Confirm the kit', error),
  });
  if (!me) return null;
  return (
    <section className={styles.section} aria-labelledby="recovery-kit">
      <h2 id="recovery-kit">Recovery kit</h2>
      {me.kitConfirmed ? (
        <p>
          You said that you kept it. With it you set a new password when this one is lost. It is shown once and kept
          nowhere; if yours is gone, make new keys below while you can still log in: they come with a new kit.
        </p>
      ) : (
        <>
          <p>
            You have not said yet that you kept it. When the password is lost too, nobody can open your files. If you do
            not have the kit, make new keys below: they come with a new one.
          </p>
          <div className={styles.row}>
            <Button variant="default" loading={confirm.isPending} onClick={() => confirm.mutate()}>
              I have kept it
            </Button>
          </div>
        </>
      )}
      {me.kitUsedTime !== null && (
        <p>
          It was used <Time within>{me.kitUsedTime}</Time> to log in. If that was not you, make new keys.
        </p>
      )}
    </section>
  );
}
