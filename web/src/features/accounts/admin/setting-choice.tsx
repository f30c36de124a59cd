import { Radio } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { showError, showToast } from '../../../app/toasts.ts';
import { ProblemNote } from '../../../base/requests/problem-note.tsx';
import { sections as styles } from '../../../base/pages/sections.ts';
import { changeSetting, workspaceSettingsOptions } from './api.ts';

export interface SettingChoiceProps {
  readonly name: string;
  readonly title: string;
  /** What it is of, as in "Sign-up is now: Closed." */
  readonly subject: string;
  readonly tried: string;
  readonly words: Readonly<Record<string, { readonly label: string; readonly about: string }>>;
}

/** A setting of the workspace that is one of a few values. */
export function SettingChoice({ name, title, subject, tried, words }: SettingChoiceProps) {
  const queries = useQueryClient();
  const settings = useQuery(workspaceSettingsOptions);
  const setting = settings.data?.find((each) => each.name === name);
  const refresh = () => queries.invalidateQueries(workspaceSettingsOptions);
  const change = useMutation({
    mutationFn: (value: string) => changeSetting({ name, value }),
    // Not at the time of the answer: by then the settings may have been read again.
    onMutate: () => setting?.value,
    onSuccess: (_, value, before) => {
      const undo = async (): Promise<void> => {
        if (before !== undefined) await changeSetting({ name, value: before });
        await refresh();
      };
      showToast({ text: `${subject} is now: ${words[value]?.label ?? value}.`, undo });
    },
    onError: (error) => showError(tried, error),
    onSettled: refresh,
  });
  if (settings.error) return <ProblemNote error={settings.error} tried="Read the settings" />;
  if (!setting) return null;
  return (
    <section className={styles.section}>
      <Radio.Group
        label={<h2>{title}</h2>}
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
