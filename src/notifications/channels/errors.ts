import { errorCatalogue } from '../../base/errors.ts';

export const channelErrors = errorCatalogue({
  channel_unavailable: {
    status: 503,
    title: 'The channel cannot deliver at the moment',
    remedy: 'The notice waits and is tried again. If it goes on, run holdfast doctor, which looks at every channel.',
  },
  channel_refused: {
    status: 422,
    title: 'The other side will not take this',
    remedy:
      'It is not tried again. Correct the destination or the channel, then test it with holdfast admin channels test.',
  },
  channel_destination_invalid: {
    status: 422,
    title: 'The channel can never deliver there',
    remedy: 'Give a destination of the kind that this channel takes; docs/notices.md shows each.',
  },
  channel_config_invalid: {
    status: 422,
    title: 'A channel cannot work with this configuration',
    remedy: 'Correct the field; docs/notices.md shows an example of each channel.',
  },
});
