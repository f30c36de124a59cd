import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import IconFlag from '@tabler/icons-react/icons/IconFlag';
import { openReportsOptions, reportsInWords } from './api.ts';

/** In the head of a room, for its moderators: that something was reported. */
export function OpenReports({ roomId, onOpen }: { readonly roomId: string; readonly onOpen: () => void }) {
  const { data } = useQuery(openReportsOptions(roomId));
  if (!data || data.count === 0) return null;
  return (
    <Button size="compact-sm" variant="default" leftSection={<IconFlag size={16} aria-hidden />} onClick={onOpen}>
      {reportsInWords(data)}
    </Button>
  );
}
