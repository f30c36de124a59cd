/** Admin > Channels: by which ways notices leave, how that goes, and what could not be delivered. */
import { Button } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import IconSend from '@tabler/icons-react/icons/IconSend';
import { useState } from 'react';
import { showToast } from '../../../app/toasts.ts';
import { Empty } from '../../../base/pages/empty.tsx';
import { ProblemNote } from '../../../base/requests/problem-note.tsx';
import { sections as styles } from '../../../base/pages/sections.ts';
import { table } from '../../../base/lists/table.ts';
import { usePageTitle } from '../../../base/pages/use-page-title.ts';
import { type ChannelView, channelsOptions, everyChannel, testChannel } from './api.ts';
import { ChannelDialog } from './channel-dialog.tsx';
import { ChannelRow } from './channel-row.tsx';
import { DeadLetters } from './dead-letters.tsx';
import { RemoveChannel } from './remove-channel.tsx';

type Doing = { readonly act: 'change' | 'remove'; readonly channel: ChannelView } | { readonly act: 'add' };

export function ChannelsPage() {
  usePageTitle('Channels');
  const queries = useQueryClient();
  const [doing, setDoing] = useState<Doing | null>(null);
  const list = useQuery(channelsOptions);
  const test = useMutation({
    mutationFn: ({ channelId }: ChannelView) => testChannel(channelId),
    onSuccess: ({ sent }, { name }) =>
      showToast({
        text: sent
          ? `“\u2068${name}\u2069” took a letter.`
          : `“\u2068${name}\u2069” was reached. You have no confirmed address there, so nothing was sent; name one under Settings, Notices.`,
      }),
    onSettled: () => queries.invalidateQueries(everyChannel),
  });
  const channels = list.data?.channels ?? [];
  const close = (): void => setDoing(null);

  return (
    <div className={styles.page}>
      <div className={styles.head}>
        <p className="soft">
          Ways by which notices leave the workspace, besides everybody’s feed. What is secret about them is kept
          encrypted and never shown again.
        </p>
        <Button onClick={() => setDoing({ act: 'add' })} disabled={!list.data}>
          Add a channel
        </Button>
      </div>
      {list.error && <ProblemNote error={list.error} tried="List the channels" onRetry={() => void list.refetch()} />}
      {test.error && <ProblemNote error={test.error} tried={`Test “${test.variables.name}”`} />}
      {list.data && channels.length === 0 && (
        <Empty icon={<IconSend size={40} stroke={1.3} />} title="Notices stay in the feed">
          <p>
            Mail servers, Amazon SNS, webhooks, log servers and files for a SIEM will be listed here, with how they do.
          </p>
        </Empty>
      )}
      {channels.length > 0 && (
        <div className={table.scroll}>
          <table className={table.table} aria-label="Channels">
            <thead>
              <tr>
                <th scope="col">Channel</th>
                <th scope="col" className={table.wide}>
                  Deliveries
                </th>
                <th scope="col" className={table.wide}>
                  Given up
                </th>
                <th scope="col" className={table.acts}>
                  <span className="hidden-text">What to do</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {channels.map((channel) => (
                <ChannelRow
                  key={channel.channelId}
                  channel={channel}
                  testing={test.isPending && test.variables.channelId === channel.channelId}
                  onTest={() => test.mutate(channel)}
                  onChange={() => setDoing({ act: 'change', channel })}
                  onRemove={() => setDoing({ act: 'remove', channel })}
                />
              ))}
            </tbody>
          </table>
        </div>
      )}
      {list.data && <DeadLetters channels={channels} />}
      {doing?.act === 'add' && <ChannelDialog available={list.data?.available ?? []} onClose={close} />}
      {doing?.act === 'change' && (
        <ChannelDialog channel={doing.channel} available={list.data?.available ?? []} onClose={close} />
      )}
      {doing?.act === 'remove' && <RemoveChannel channel={doing.channel} onClose={close} />}
    </div>
  );
}
