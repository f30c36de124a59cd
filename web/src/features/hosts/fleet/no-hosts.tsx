import { Button } from '@mantine/core';
import IconFilterOff from '@tabler/icons-react/icons/IconFilterOff';
import IconServer2 from '@tabler/icons-react/icons/IconServer2';
import { Empty } from '../../../base/pages/empty.tsx';
import { sections } from '../../../base/pages/sections.ts';

export interface NoHostsProps {
  readonly isNarrowed: boolean;
  readonly onShowAll: () => void;
  readonly onAdd: () => void;
  readonly onImport: () => void;
}

export function NoHosts({ isNarrowed, onShowAll, onAdd, onImport }: NoHostsProps) {
  if (isNarrowed) {
    return (
      <Empty icon={<IconFilterOff size={40} stroke={1.3} />} title="No host fits">
        <p>Nothing fits what the list is narrowed to.</p>
        <Button variant="default" onClick={onShowAll}>
          Show all hosts
        </Button>
      </Empty>
    );
  }
  return (
    <Empty icon={<IconServer2 size={40} stroke={1.3} />} title="No host reports yet">
      <p>
        Each computer will be here with what is set up wrong on it, what somebody may have left there, and what changed.
        Until one reports, this says nothing about how safe they are.
      </p>
      <div className={sections.row}>
        <Button onClick={onAdd}>Add the first host</Button>
        <Button variant="default" onClick={onImport}>
          Import a scan
        </Button>
      </div>
    </Empty>
  );
}
