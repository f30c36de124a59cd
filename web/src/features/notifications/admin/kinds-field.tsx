import { Checkbox, Radio } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { sections as styles } from '../../../base/pages/sections.ts';
import { preferencesOptions } from '../api.ts';

export interface KindsFieldProps {
  /** `null`: all that admins hear. */
  readonly kinds: readonly string[] | null;
  readonly onChange: (kinds: readonly string[] | null) => void;
}

/** What goes to a channel that is one place for the whole workspace. */
export function KindsField({ kinds, onChange }: KindsFieldProps) {
  const preferences = useQuery(preferencesOptions);
  return (
    <Radio.Group
      label="What goes there"
      description="Without what concerns one person’s account alone, unless it is chosen here; then without details."
      value={kinds === null ? 'all' : 'some'}
      onChange={(value) => onChange(value === 'all' ? null : [])}
    >
      <div className={styles.choices}>
        <Radio value="all" label="All that admins hear" />
        <Radio value="some" label="These notices" />
        {kinds !== null &&
          preferences.data?.kinds.map(({ kind, title }) => (
            <Checkbox
              key={kind}
              ml={28}
              label={title}
              checked={kinds.includes(kind)}
              onChange={(event) =>
                onChange(event.currentTarget.checked ? [...kinds, kind] : kinds.filter((each) => each !== kind))
              }
            />
          ))}
      </div>
    </Radio.Group>
  );
}
