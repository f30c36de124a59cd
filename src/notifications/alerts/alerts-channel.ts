/**
 * The workspace's own room for alerts: a channel that is there without being set up, so that what the guards find is told
 * where people can decide about it from the first day. Who may see it is a setting of the workspace.
 */
import type { Channel, LetterNotice, RoomAudience } from '../channels/channel.ts';
import { noDestination } from '../channels/config-fields.ts';
import { withinTime } from '../channels/failures.ts';
import type { ChannelSettings } from '../channels/settings.ts';
import type { ChannelFacts } from '../outbox/channels.ts';
import { ALERTS_CHANNEL } from '../records.ts';

export interface AlertsRoom {
  /** Who may see it; `null`: nobody, nothing is told there. */
  audience(): Promise<RoomAudience | null>;
  /** Says each notice once under its letter's id, in the room, which is made where there is none. */
  tell(
    audience: RoomAudience,
    letter: { readonly id: string; readonly notices: readonly LetterNotice[] },
  ): Promise<void>;
}

export function alertsFacts(gapMs: number): ChannelFacts {
  return {
    ...{ channelId: ALERTS_CHANNEL, name: 'Room for alerts', kind: 'room', isPersonal: false, isForPrograms: false },
    content: { config: {}, destination: '', kinds: null },
    ...{ gapMs, madeMs: 0 },
  };
}

export function openAlertsChannel(
  room: AlertsRoom,
  { channelTimeoutMs }: Pick<ChannelSettings, 'channelTimeoutMs'>,
): Channel {
  return {
    kind: 'room',
    checkDestination: noDestination,
    deliver: (letter, _destination, { signal }) =>
      withinTime('Tell an alert in the chat', channelTimeoutMs, signal, async () => {
        // As it is by now: what waited is not told to somebody who should not see it any more.
        const audience = await room.audience();
        if (audience !== null) await room.tell(audience, { id: letter.id, notices: letter.notices ?? [] });
      }),
    async examine() {},
    async [Symbol.asyncDispose]() {},
  };
}

/**
 * Whether alerts are told there. Where an admin set up a room for notices they said where those go, and there is no second
 * one.
 */
export async function isToldInAlerts(room: AlertsRoom, channels: readonly ChannelFacts[]): Promise<boolean> {
  return !channels.some(({ kind }) => kind === 'room') && (await room.audience()) !== null;
}
