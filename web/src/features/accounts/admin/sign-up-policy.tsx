import { Radio } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { showError, showToast } from '../../../app/toasts.ts';
import { ProblemNote } from '../../../base/problem-note.tsx';
import { sections as styles } from '../../../base/sections.ts';
import { changeSetting, workspaceSettingsOptions } from './api.ts';

const NAME = 'sign-up';
const words: Readonly<Record<string, { readonly label: string; readonly about: string }>> = {
  open: {
    label: 'Open on the server’s own computer',
    about:
      'Whoever works on that computer may sign up, as long as the server has no public address. All others need an invitation.',
  },
  invite: { label: 'By invitation', about: 'Everybody needs one.' },
  closed: { label: 'Closed', about: 'Nobody signs up, whatever they hold.' },
};

export function SignUpPolicy() {
  const queries = useQueryClient();
  const settings = useQuery(workspaceSettingsOptions);
  const setting = settings.data?.find(({ name }) => name === NAME);
  const refresh = () => queries.invalidateQueries(workspaceSettingsOptions);
  const change = useMutation({
    mutationFn: (value: string) => changeSetting({ name: NAME, value }),
    onSuccess: (_, value) => {
      const before = setting?.value;
      const undo = async (): Promise<void> => {
        if (before !== undefined) await changeSetting({ name: NAME, value: before });
        await refresh();
      };
      showToast({ text: `Sign-up is now: ${words[value]?.label ?? value}.`, undo });
    },
    onError: (error) => showError('Change who may sign up', error),
    onSettled: refresh,
  });
  if (settings.error) return <ProblemNote error={settings.error} tried="Read the settings" />;
  if (!setting) return null;
  return (
    <section className={styles.section}>
      <Radio.Group
        label={<h2>Who may sign up</h2>}
        value={change.isPending ? change.variables : setting.value}
        onChange={(value) => change.mutate(value)}
        description={
          setting.fixed ? 'The environment of the server says so; it cannot be changed here.' : 'Holds from now on.'
        }
      >
        <div className={styles.choices}>
          {setting.values.map((value) => (
            <Radio
              key={value}
              value={value}
              label={words[value]?.label ?? value}
              description={words[value]?.about}
              disabled={setting.fixed}
            />
          ))}
        </div>
      </Radio.Group>
    </section>
  );
}
