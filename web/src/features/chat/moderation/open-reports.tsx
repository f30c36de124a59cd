import { Button } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import IconFlag from '@tabler/icons-react/icons/IconFlag';
import { counted } from '../../../base/format.ts';
import { reportsOptions } from './api.ts';

/** In the head of a room, for its moderators: that something was reported. No notice tells them. */
export function OpenReports({ roomId, onOpen }: { readonly roomId: string; readonly onOpen: () => void }) {
  const list = useInfiniteQuery({ ...reportsOptions(roomId, false), staleTime: 5 * 60_000 });
  const count = list.data?.pages.flatMap((page) => page.reports).length ?? 0;
  if (count === 0) return null;
  return (
    <Button size="compact-sm" variant="default" leftSection={<IconFlag size={16} aria-hidden />} onClick={onOpen}>
      {list.hasNextPage ? 'Reports' : counted(count, 'report')}
    </Button>
  );
}
