import { errorCatalogue } from '../base/errors.ts';

export const bucketErrors = errorCatalogue({
  buckets_unlisted: {
    status: 502,
    title: 'The buckets could not be listed',
    remedy: 'Check the credentials, their right s3:ListAllMyBuckets, and the endpoint; or name buckets with --bucket.',
  },
  buckets_no_credentials: {
    status: 401,
    title: 'There are no credentials for the store',
    remedy:
      'Give them by any way of the AWS chain: AWS_PROFILE, AWS_ACCESS_KEY_ID with AWS_SECRET_ACCESS_KEY, or a role of the machine.',
  },
  buckets_role_refused: {
    status: 403,
    title: 'The role could not be assumed',
    remedy: 'Check the ARN, and that the role trusts the account whose credentials you use.',
  },
  bucket_change_failed: {
    status: 502,
    title: 'The store did not take the change',
    remedy: 'See what it said; check the rights of your credentials, then run the command again.',
  },
  bucket_receipt_not_found: {
    status: 404,
    title: 'There is no such receipt in this state folder',
    remedy: 'Give the id as the fix named it, and --state when the fix had one.',
  },
  bucket_undo_exposes: {
    status: 409,
    title: 'Undoing this would let somebody in who is kept out now',
    remedy: 'If that is what you want, run it again with --accept-exposure.',
  },
});
