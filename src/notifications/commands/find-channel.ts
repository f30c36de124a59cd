import { commandErrors } from '../../base/commands/errors.ts';
import { quoted } from '../../base/text/visible.ts';

/** The channel that somebody means: by its id, the end of that, or its name. Throws `usage_invalid`. */
export function findChannel<Channel extends { readonly channelId: string; readonly name: string }>(
  channels: readonly Channel[],
  wanted: string,
): Channel {
  const found = channels.filter(
    ({ channelId, name }) =>
      name === wanted || channelId === wanted || (wanted.length >= 4 && channelId.endsWith(wanted)),
  );
  const [only] = found;
  if (only && found.length === 1) return only;
  const names = channels.map(({ name }) => quoted(name)).join(', ');
  const detail = only
    ? `${quoted(wanted)} fits several channels: give the id`
    : `there is no channel ${quoted(wanted)}; there ${channels.length === 0 ? 'are none' : `are ${names}`}`;
  throw commandErrors('usage_invalid', { detail });
}
