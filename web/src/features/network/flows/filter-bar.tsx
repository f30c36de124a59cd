import { Button, NativeSelect } from '@mantine/core';
import IconAdjustmentsHorizontal from '@tabler/icons-react/icons/IconAdjustmentsHorizontal';
import IconSearch from '@tabler/icons-react/icons/IconSearch';
import { useId, useState } from 'react';
import type { Narrow } from '../../../base/lists/use-narrow.ts';
import { visible } from '../../../base/text/visible.ts';
import { Words } from '../../../base/pages/words.tsx';
import { rangeFrom } from '../range.ts';
import { services, sensorName, serviceWords } from '../words.ts';
import { type FlowsFilter, isAddress, isNarrowed, isPort, protocols } from './filter.ts';
import styles from './flows.module.css';
import { connStates, protoWords, stateWords } from './state-words.ts';

export interface FilterBarProps {
  readonly filter: FlowsFilter;
  /** Who saw something in this time. */
  readonly sensors: readonly string[];
  readonly onFilter: Narrow<FlowsFilter>;
}

export function FilterBar({ filter, sensors, onFilter }: FilterBarProps) {
  const set = (name: keyof FlowsFilter, value: string): void => onFilter((now) => ({ ...now, [name]: value }));
  const { proto, peer, text, sensor } = filter;
  const [more, setMore] = useState(false);
  const [badPort, setBadPort] = useState(false);
  const moreId = useId();
  const shown = more || [proto, peer, text, sensor].some((each) => each !== undefined);
  const named = filter.service === undefined || services.includes(filter.service) ? [] : [filter.service];
  const seen = sensor === undefined || sensors.includes(sensor) ? sensors : [...sensors, sensor];
  return (
    <search className={styles.filters} aria-label="Narrow the list">
      <Words
        label="Address"
        value={filter.address ?? ''}
        placeholder="Of either end"
        icon={<IconSearch size={16} aria-hidden />}
        onSettled={(value) => set('address', value)}
      />
      <Words
        label="Port"
        className={styles.port}
        value={filter.port ?? ''}
        placeholder="443"
        onSettled={(value) => {
          setBadPort(value !== '' && !isPort(value));
          set('port', value);
        }}
      />
      <NativeSelect
        label="Service"
        data={[
          { value: '', label: 'Any' },
          ...[...services, ...named].map((value) => ({ value, label: visible(serviceWords(value)) })),
        ]}
        value={filter.service ?? ''}
        onChange={(event) => set('service', event.currentTarget.value)}
      />
      <NativeSelect
        label="How it ended"
        data={[
          { value: '', label: 'Whatever' },
          ...connStates.map((value) => ({ value: value as string, label: `${stateWords[value].short} (${value})` })),
        ]}
        value={filter.state ?? ''}
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
            onFilter((now) => rangeFrom({ ...now }));
          }}
        >
          Clear the filters
        </Button>
      )}
      <div id={moreId} className={styles.moreFilters} hidden={!shown}>
        <NativeSelect
          label="Transport"
          data={[
            { value: '', label: 'Any' },
            ...protocols.map((value) => ({ value: value as string, label: protoWords[value] })),
          ]}
          value={proto ?? ''}
          onChange={(event) => set('proto', event.currentTarget.value)}
        />
        <Words
          label="The other end"
          value={peer ?? ''}
          placeholder="An address"
          onSettled={(value) => set('peer', value)}
        />
        <Words
          label="Text"
          value={text ?? ''}
          placeholder="Service, program, user, id"
          onSettled={(value) => set('text', value)}
        />
        <NativeSelect
          label="Seen by"
          data={[
            { value: '', label: 'Anybody' },
            ...seen.map((value) => ({ value, label: visible(sensorName(value)) })),
          ]}
          value={sensor ?? ''}
          onChange={(event) => set('sensor', event.currentTarget.value)}
        />
      </div>
      {filter.state !== undefined && (
        <p className="soft">
          <code>{filter.state}</code>: {stateWords[filter.state].about}
        </p>
      )}
      {badPort && <p role="status">A port is a number from 0 to 65535.</p>}
      {isHalfTyped(filter) && <p role="status">Type a whole address, such as 192.0.2.1 or 2001:db8::1.</p>}
    </search>
  );
}

/** What is no address yet is not asked for. */
export function isHalfTyped({ address, peer }: FlowsFilter): boolean {
  return [address, peer].some((each) => each !== undefined && !isAddress(each));
}
