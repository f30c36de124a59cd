import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useMemo } from 'react';
import { showError, showToast } from '../../../app/toasts.ts';
import { useMe } from '../../accounts/api.ts';
import { type MessageView, pinMessage, reactTo, type RoomView, saveMessage } from '../api.ts';
import { setIgnored } from '../ignoring/ignoring.ts';
import { changeOpened } from '../line/chat-line.ts';
import type { MessageActs } from './message-acts.ts';
import type { Moderating } from '../moderation/moderating.ts';
import { removeSoon } from './removals.ts';
import { timelines } from '../timeline/timelines.ts';
import { withMessage } from '../timeline/timeline.ts';

/** What can be done to the messages of a room. What asks something first belongs to the page. */
export function useMessageActs(
  room: RoomView,
  onEdit: (message: MessageView) => void,
  onModerate: (moderating: Moderating) => void,
): MessageActs {
  const { roomId, role, archived, kind } = room;
  const { accountId = '', handle = '' } = useMe() ?? {};
  const navigate = useNavigate();
  const queries = useQueryClient();
  return useMemo((): MessageActs => {
    const take = (message: MessageView): void => {
      timelines.change(roomId, (timeline) => withMessage(timeline, message, false));
      changeOpened(message);
      void queries.invalidateQueries({ queryKey: ['chat', 'thread', roomId] });
    };
    /** Acts at once; what fails is told, and how it stands is shown by what the server says. */
    const act = async (tried: string, run: () => Promise<MessageView>): Promise<void> => {
      try {
        take(await run());
      } catch (error) {
        showError(tried, error);
      }
    };
    const copy = async (what: string, text: string): Promise<void> => {
      try {
        await navigator.clipboard.writeText(text);
        showToast({ text: `${what} copied.` });
      } catch {
        // Browsers give the clipboard to pages that came over TLS, or when the person says so.
        showToast({ text });
      }
    };
    const ignore = async ({ author }: MessageView): Promise<void> => {
      const { accountId: ignoredId } = author;
      if (ignoredId === null) return;
      try {
        await setIgnored(ignoredId, true);
        showToast({
          text: `You ignore ${author.handle}. Chat lists whom you ignore.`,
          undo: () => setIgnored(ignoredId, false),
        });
      } catch (error) {
        showError(`Ignore ${author.handle}`, error);
      }
    };
    return {
      me: { accountId, handle },
      isModerator: role !== 'member',
      isClosed: archived,
      onReply: ({ sequence, thread }) =>
        void navigate({
          to: '/chat/rooms/$roomId',
          params: { roomId },
          search: { thread: thread ?? sequence },
          resetScroll: false,
        }),
      onReact(message, reaction) {
        const isOn = message.reactions.some(
          (each) => each.reaction === reaction && each.accountIds.includes(accountId),
        );
        void act('React', () => reactTo(message, reaction, !isOn));
      },
      onEdit,
      onRemove: ({ sequence }) => removeSoon({ roomId, sequence }),
      onPin: (message) =>
        void act(message.pinned ? 'Take the pin off' : 'Pin the message', async () => {
          const changed = await pinMessage(message, !message.pinned);
          void queries.invalidateQueries({ queryKey: ['chat', 'pins', roomId] });
          return changed;
        }),
      onSave(message) {
        const save = async (on: boolean): Promise<void> => {
          await saveMessage(message, on);
          void queries.invalidateQueries({ queryKey: ['chat', 'saved'] });
        };
        save(true).then(
          () => showToast({ text: 'Saved for later.', undo: () => save(false) }),
          (error: unknown) => showError('Save the message', error),
        );
      },
      onCopyLink: ({ sequence }) => void copy('Link', `${location.origin}/chat/rooms/${roomId}/at/${sequence}`),
      onCopyText: ({ text }) => void copy('Text', text ?? ''),
      onIgnore: (message) => void ignore(message),
      moderates: kind !== 'direct' && role !== 'member',
      onModerate,
      onChanged: take,
    };
  }, [roomId, role, archived, kind, accountId, handle, navigate, queries, onEdit, onModerate]);
}
