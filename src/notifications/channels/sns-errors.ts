import { refused, systemFailure, unavailable } from './failures.ts';
import type { ChannelSettings } from './settings.ts';

/** What SNS says of the receiver or of the message itself: the same letter will never pass. */
const FOR_GOOD = new Set([
  'EndpointDisabled',
  'EndpointDisabledException',
  'InvalidParameter',
  'InvalidParameterException',
  'InvalidParameterValue',
  'InvalidParameterValueException',
  'NotFound',
  'NotFoundException',
  'OptedOut',
  'OptedOutException',
  'ParameterValueInvalid',
  'PlatformApplicationDisabled',
  'PlatformApplicationDisabledException',
  'ValidationException',
]);

const CREDENTIALS =
  'Give the server credentials that may do sns:Publish and sns:GetTopicAttributes: by the AWS chain, or as accessKeyId and secretAccessKey of the channel.';

/** Gives what SNS, or the way to it, has failed with a code of ours; everything else passes as it is. */
export function snsFailure(error: unknown, attempted: string, settings: ChannelSettings): unknown {
  const { name, $metadata } = error as { name?: string; $metadata?: { httpStatusCode?: number; attempts?: number } };
  const status = $metadata?.httpStatusCode;
  const failure = { attempted, detail: status === undefined ? `${name}` : `${name}, ${status}`, cause: error };
  if (name === 'CredentialsProviderError' || name === 'TokenProviderError') {
    return unavailable({ ...failure, remedy: CREDENTIALS }, settings.channelMendRetryMs);
  }
  if (name === 'TimeoutError') return unavailable(failure);
  if (status === undefined) return systemFailure(error, attempted, settings);
  if (FOR_GOOD.has(name ?? '')) return refused(failure);
  if (status >= 500 || status === 429 || /Throttl|TooManyRequests|KMSThrottling/i.test(name ?? ''))
    return unavailable(failure);
  // 401 and 403: the letter is as good as any; whoever runs the account mends it.
  return unavailable({ ...failure, remedy: CREDENTIALS }, settings.channelMendRetryMs);
}
