import { Button, Radio, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type SyntheticEvent, useState } from 'react';
import { Dialog } from '../../../base/dialogs/dialog.tsx';
import { ProblemNote } from '../../../base/requests/problem-note.tsx';
import { sections as styles } from '../../../base/pages/sections.ts';
import type { Person } from '../../accounts/admin/api.ts';
import { quotaOptions, setQuota, type UsageView } from './api.ts';

type Kind = 'default' | 'all' | 'limit';
const GIGABYTE = 1e9;

export function ChangeQuota({ person, onClose }: { readonly person: Person; readonly onClose: () => void }) {
  const queries = useQueryClient();
  const options = quotaOptions(person.accountId);
  const before: UsageView | undefined = queries.getQueryData(options.queryKey);
  const limit = before?.quotaBytes ?? null;
  const [kind, setKind] = useState<Kind>(before?.isDefault !== false ? 'default' : limit === null ? 'all' : 'limit');
  const [gigabytes, setGigabytes] = useState(limit === null ? '' : String(limit / GIGABYTE));
  const bytes = Math.round(Number(gigabytes.replace(',', '.')) * GIGABYTE);
  const isNumber = gigabytes.trim() !== '' && Number.isSafeInteger(bytes) && bytes >= 0;
  const act = useMutation({
    mutationFn: () => setQuota(person.accountId, kind === 'default' ? undefined : kind === 'all' ? null : bytes),
    onSuccess: (now) => queries.setQueryData(options.queryKey, now),
  });
  const submit = (event: SyntheticEvent): void => {
    event.preventDefault();
    act.mutate(undefined, { onSuccess: onClose });
  };
  return (
    <Dialog onClose={onClose} title="Change how much somebody may use">
      <form className={styles.dialog} onSubmit={submit}>
        <Radio.Group
          label={
            <>
              <bdi>{person.name}</bdi> may use
            </>
          }
          description="Nothing is removed from who is over it; only what is new is refused."
          value={kind}
          onChange={(value) => setKind(value)}
        >
          <div className={styles.choices}>
            <Radio value="default" label="What everybody has" />
            <Radio value="all" label="As much as there is" />
            <Radio value="limit" label="At most" />
          </div>
        </Radio.Group>
        {kind === 'limit' && (
          <TextInput
            label="Gigabytes"
            inputMode="decimal"
            autoComplete="off"
            value={gigabytes}
            error={gigabytes !== '' && !isNumber && 'A number, such as 50 or 0.5'}
            onChange={(event) => setGigabytes(event.currentTarget.value)}
          />
        )}
        {act.error && <ProblemNote error={act.error} tried="Change the quota" />}
        <div className={styles.dialogActs}>
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" loading={act.isPending} disabled={kind === 'limit' && !isNumber}>
            Change it
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
