import { Button, Menu } from '@mantine/core';
import IconChevronDown from '@tabler/icons-react/icons/IconChevronDown';
import { type ExportFormat, exportUrl } from './api.ts';
import type { FindingsFilter } from './filter.ts';

const formats: readonly { readonly format: ExportFormat; readonly label: string }[] = [
  { format: 'html', label: 'Report to print (HTML)' },
  { format: 'csv', label: 'Spreadsheet (CSV)' },
  { format: 'jsonl', label: 'JSON Lines' },
  { format: 'ocsf', label: 'For a SIEM (OCSF 1.6)' },
];

/** Just what the list is narrowed to. */
export function ExportMenu({ filter }: { readonly filter: FindingsFilter }) {
  return (
    <Menu position="bottom-end" width={220}>
      <Menu.Target>
        <Button variant="default" rightSection={<IconChevronDown size={16} aria-hidden />}>
          Export
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {formats.map(({ format, label }) => (
          <Menu.Item key={format} component="a" href={exportUrl(filter, format)} download>
            {label}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
