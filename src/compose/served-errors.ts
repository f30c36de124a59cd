/** Every error that a call may answer with. */
import { accountErrors } from '../accounts/errors.ts';
import { auditErrors } from '../audit/errors.ts';
import { bucketErrors } from '../buckets/errors.ts';
import { chatErrors } from '../chat/errors.ts';
import { fileErrors } from '../files/errors.ts';
import { findingErrors } from '../findings/errors.ts';
import { hostErrors } from '../host/errors.ts';
import { liveErrors } from '../live/errors.ts';
import { networkErrors } from '../network/errors.ts';
import { channelErrors } from '../notifications/channels/errors.ts';
import { notificationErrors } from '../notifications/errors.ts';
import { serverErrors } from '../server/errors.ts';
import { storageErrors } from '../storage/errors.ts';
import { tlsErrors } from '../tls/errors.ts';
import { composeErrors } from './errors.ts';

export const servedErrors = {
  ...storageErrors.entries,
  ...accountErrors.entries,
  ...auditErrors.entries,
  ...findingErrors.entries,
  ...bucketErrors.entries,
  ...hostErrors.entries,
  ...networkErrors.entries,
  ...notificationErrors.entries,
  ...channelErrors.entries,
  ...fileErrors.entries,
  ...chatErrors.entries,
  ...liveErrors.entries,
  ...serverErrors.entries,
  ...tlsErrors.entries,
  ...composeErrors.entries,
};
