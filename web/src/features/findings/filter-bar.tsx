import { Button, NativeSelect } from '@mantine/core';
import IconSearch from '@tabler/icons-react/icons/IconSearch';
import IconAdjustmentsHorizontal from '@tabler/icons-react/icons/IconAdjustmentsHorizontal';
import { useId, useState } from 'react';
import type { Narrow } from '../../base/lists/use-narrow.ts';
import { Words } from '../../base/pages/words.tsx';
import { type FindingsFilter, isNarrowed } from './filter.ts';
import styles from './filter-bar.module.css';
import { states, stateWords, sourceWords } from './words.ts';

export interface FilterBarProps {
  readonly filter: FindingsFilter;
  readonly sources: readonly string[];
  readonly onFilter: Narrow<FindingsFilter>;
}

const stateData = [
  ...states.map((state) => ({ value: state as string, label: stateWords[state].label })),
  { value: 'all', label: 'Whatever its state' },
];

export function FilterBar({ filter, sources, onFilter }: FilterBarProps) {
  const set = (name: keyof FindingsFilter, value: string): void => onFilter((now) => ({ ...now, [name]: value }));
  const named = filter.source === undefined || sources.includes(filter.source) ? sources : [...sources, filter.source];
  const { verdict, source, check, resource } = filter;
  const [more, setMore] = useState(false);
  const moreId = useId();
  const shown = more || [verdict, source, check, resource].some((each) => each !== undefined);
  return (
    <search className={styles.bar} aria-label="Narrow the list">
      <Words
        label="Words"
        className={styles.words}
        value={filter.text ?? ''}
        placeholder="In title, check or resource"
        icon={<IconSearch size={16} aria-hidden />}
        onSettled={(value) => set('text', value)}
      />
      <NativeSelect
        label="Status"
        data={stateData}
        value={filter.state ?? 'open'}
        onChange={(event) => set('state', event.currentTarget.value)}
      />
      <Button
        variant="default"
        leftSection={<IconAdjustmentsHorizontal size={16} aria-hidden />}
        aria-expanded={shown}
        aria-controls={moreId}
        onClick={() => setMore(!shown)}
      >
        More filters
      </Button>
      {isNarrowed(filter) && (
        <Button
          variant="subtle"
          color="gray"
          onClick={() => {
            setMore(false);
            onFilter(({ state }) => ({ state }));
          }}
        >
          Clear the filters
        </Button>
      )}
      <div id={moreId} className={styles.more} hidden={!shown}>
        <NativeSelect
          label="Result"
          data={[
            { value: '', label: 'Any' },
            { value: 'unknown', label: 'Could not look' },
          ]}
          value={filter.verdict ?? ''}
          onChange={(event) => set('verdict', event.currentTarget.value)}
        />
        <NativeSelect
          label="Guard"
          data={[{ value: '', label: 'Any' }, ...named.map((value) => ({ value, label: sourceWords(value) }))]}
          value={filter.source ?? ''}
          onChange={(event) => set('source', event.currentTarget.value)}
        />
        <Words
          label="Check"
          value={filter.check ?? ''}
          placeholder="bucket-*"
          onSettled={(value) => set('check', value)}
        />
        <Words
          label="Resource"
          value={filter.resource ?? ''}
          placeholder="Part of a name, or *"
          onSettled={(value) => set('resource', value)}
        />
      </div>
    </search>
  );
}
