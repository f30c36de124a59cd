/** Letters said in a room of the workspace's own chat, where those who are in it read them and can talk about them. */
import { type Static, Type } from '../../base/http/schema.ts';
import { quoted } from '../../base/text/visible.ts';
import type { Channel, ChannelDeps, RoomAudience } from './channel.ts';
import { noDestination } from './config-fields.ts';
import { cutUtf8 } from '../../base/formats/cut-utf8.ts';
import { unavailable, withinTime } from './failures.ts';

export const RoomConfig = Type.Object(
  {
    room: Type.String({
      minLength: 1,
      maxLength: 100,
      description: 'Name of the room, with or without #. Everybody who may enter it reads what is said there',
    }),
    audience: Type.Optional(
      Type.Unsafe<RoomAudience>({
        type: 'string',
        enum: ['admins', 'members'],
        description:
          'Makes the room at its first use where there is none, for these: the admins, whoever they are by then, or everybody but guests. Without it the room must be there',
      }),
    ),
  },
  { additionalProperties: false },
);
export type RoomConfig = Static<typeof RoomConfig>;

const WHY = {
  missing: ['there is no such room', 'Make the room, or set the channel up with the name of another one.'],
  archived: ['the room is archived', 'Open the room again, or set the channel up with the name of another one.'],
} as const;

/** The room is found by its name each time: who renames it decides that notices go elsewhere, and is told so. */
export function openRoomChannel(
  { room, audience: wanted }: RoomConfig,
  { rooms, settings }: Pick<ChannelDeps, 'rooms' | 'settings'>,
): Channel {
  const audience = wanted ?? null;
  const attempted = `Say something in the room ${quoted(room)}`;
  const assertOpen = (found: 'open' | 'said' | keyof typeof WHY): void => {
    if (found === 'open' || found === 'said' || (found === 'missing' && audience !== null)) return;
    const [detail, remedy] = WHY[found];
    throw unavailable({ attempted, detail, remedy }, settings.channelMendRetryMs);
  };
  return {
    kind: 'room',
    checkDestination: noDestination,
    deliver: (letter, _destination, { signal }) =>
      withinTime(attempted, settings.channelTimeoutMs, signal, async () =>
        assertOpen(
          await rooms.say(room, {
            ...{ id: letter.id, text: cut(letter.text.trim(), rooms.maxBytes), audience },
            notices: letter.notices ?? [],
          }),
        ),
      ),
    examine: ({ signal }) =>
      withinTime(attempted, settings.channelTimeoutMs, signal, async () => assertOpen(await rooms.look(room))),
    async [Symbol.asyncDispose]() {},
  };
}

function cut(text: string, maxBytes: number): string {
  const bytes = Buffer.from(text);
  return bytes.length <= maxBytes ? text : `${cutUtf8(bytes, maxBytes - Buffer.byteLength('…')).toString()}…`;
}
