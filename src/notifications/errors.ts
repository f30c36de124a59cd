import { errorCatalogue } from '../base/errors.ts';

export const notificationErrors = errorCatalogue({
  notice_not_found: {
    status: 404,
    title: 'There is no such notice',
    remedy: 'Run holdfast notices list to see them with their ids; old ones are removed after some months.',
  },
  notice_cursor_invalid: {
    status: 422,
    title: 'This does not continue any list of notices',
    remedy: 'Pass the “next” of the page before as “after”, or leave it out to start from the newest.',
  },
  notice_rule_invalid: {
    status: 422,
    title: 'There is no such rule for notices',
    remedy: 'Run holdfast notices rules: it shows kinds, channels and what each can be set to.',
  },
  notice_rule_security: {
    status: 422,
    title: 'Notices about the security of an account are always in its feed',
    remedy: 'Leave them there; rules say by which channels they leave beside it.',
  },
  notice_hours_invalid: {
    status: 422,
    title: 'These hours cannot be kept',
    remedy: 'Give times as 22:00 and a time zone as Europe/Berlin.',
  },
  notice_address_asked: {
    status: 429,
    title: 'This address was asked just now',
    remedy: 'Look for the letter that it got, or try again in some minutes.',
  },
  notice_address_not_found: {
    status: 404,
    title: 'There is no such address',
    remedy: 'Run holdfast notices rules to see your addresses.',
  },
  push_subscriptions_full: {
    status: 409,
    title: 'As many browsers are told as may be',
    remedy: 'Take one of them off in the settings of notices, or end the logins that you do not use.',
  },
  push_subscription_not_found: {
    status: 404,
    title: 'No such browser is told',
    remedy: 'GET /api/v1/notices/push lists those that are, with their ids.',
  },
  notice_token_invalid: {
    status: 422,
    title: 'This link confirms no address',
    remedy:
      'It is good once and for a day, for the address that was named last. Add the address again for another one.',
  },
  notice_too_soon: {
    status: 429,
    title: 'Something was sent there just now',
    remedy: 'Try again in a minute: nobody gets more than one letter in that time.',
  },
  channel_not_found: {
    status: 404,
    title: 'There is no such channel',
    remedy: 'Run holdfast admin channels list to see them with their ids.',
  },
  channel_kind_unknown: {
    status: 422,
    title: 'There is no such kind of channel',
    remedy: 'Use one of those that are named.',
  },
  channel_secret_needed: {
    status: 422,
    title: 'The secret of this channel was given for another place',
    remedy: 'Give it again with the change, or leave the place as it is.',
  },
  channels_full: {
    status: 409,
    title: 'There are as many channels as may be',
    remedy: 'Remove one with holdfast admin channels remove.',
  },
  dead_letter_not_found: {
    status: 404,
    title: 'There is no such letter',
    remedy: 'Run holdfast admin channels dead to see those that were given up.',
  },
});
