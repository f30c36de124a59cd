/** Programs in a room: bots, the addresses by which they speak, and who is told elsewhere what people say. */
import { Button } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import IconPlus from '@tabler/icons-react/icons/IconPlus';
import IconRobot from '@tabler/icons-react/icons/IconRobot';
import { useState } from 'react';
import { showError, showToast } from '../../../app/toasts.ts';
import { SideDrawer } from '../../../base/dialogs/dialog.tsx';
import { Empty } from '../../../base/pages/empty.tsx';
import { ProblemNote } from '../../../base/requests/problem-note.tsx';
import { sections } from '../../../base/pages/sections.ts';
import type { RoomView } from '../api.ts';
import { botsOptions, everyBot, outgoingOptions } from './api.ts';
import { BotEntry } from './bot-entry.tsx';
import type { BotAct } from './bot-act.ts';
import { BotActDialog } from './bot-act-dialog.tsx';
import styles from './bots.module.css';

export function BotsDrawer({ room, onClose }: { readonly room: RoomView; readonly onClose: () => void }) {
  const { roomId } = room;
  const queries = useQueryClient();
  const list = useQuery(botsOptions(roomId));
  const outgoing = useQuery(outgoingOptions(roomId));
  const [doing, setDoing] = useState<BotAct | null>(null);
  const refresh = (): void => {
    void queries.invalidateQueries({ queryKey: everyBot(roomId) });
    void queries.invalidateQueries({ queryKey: ['chat', 'members', roomId] });
  };
  const act = (tried: string, run: () => Promise<void>, done: string): void => {
    run().then(
      () => {
        refresh();
        showToast({ text: done });
      },
      (error: unknown) => showError(tried, error),
    );
  };
  const bots = list.data?.bots ?? [];
  const error = list.error ?? outgoing.error;
  return (
    <SideDrawer onClose={onClose} size={520} title="Bots and webhooks">
      <div className={styles.body}>
        <p className="soft">
          A bot is a program with a name of its own. All it says is marked as a bot’s, and open to it are its rooms
          alone.
        </p>
        <div className={sections.row}>
          <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={() => setDoing({ act: 'make' })}>
            Make a bot
          </Button>
        </div>
        {error && (
          <ProblemNote
            error={error}
            tried="Show the bots"
            onRetry={() => void Promise.all([list.refetch(), outgoing.refetch()])}
          />
        )}
        {list.data && bots.length === 0 && (
          <Empty icon={<IconRobot size={40} stroke={1.3} />} title="No bot is in this room">
            <p>With an incoming webhook whatever speaks to Slack speaks here: Grafana, GitHub, a script.</p>
          </Empty>
        )}
        <ul className={styles.list} aria-label="Bots">
          {bots.map((bot) => (
            <BotEntry
              key={bot.botId}
              roomId={roomId}
              bot={bot}
              hooks={list.data?.hooks.filter(({ botId }) => botId === bot.botId) ?? []}
              outgoing={outgoing.data?.hooks.filter(({ botId }) => botId === bot.botId) ?? []}
              givenUp={outgoing.data?.dead ?? []}
              onDoing={setDoing}
              act={act}
            />
          ))}
        </ul>
      </div>
      {doing && <BotActDialog roomId={roomId} doing={doing} onDone={refresh} onClose={() => setDoing(null)} />}
    </SideDrawer>
  );
}
