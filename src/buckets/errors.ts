import { errorCatalogue } from '../base/errors.ts';

export const bucketErrors = errorCatalogue({
  buckets_unlisted: {
    status: 502,
    title: 'The buckets could not be listed',
    remedy: 'Check the credentials, their right s3:ListAllMyBuckets, and the endpoint; or name buckets with --bucket.',
  },
  buckets_references_unread: {
    status: 400,
    title: 'The files could not be looked through',
    remedy: 'Name files and folders that you may read with --references, and fewer of them.',
  },
  buckets_unanswered: {
    status: 502,
    title: 'The store answers no anonymous requests',
    remedy:
      'Check the address, and that a firewall or proxy lets requests through; with --style virtual-host its names must resolve.',
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
  guard_event_unreadable: {
    status: 400,
    title: 'This is no event of EventBridge',
    remedy: 'See who sends to the queue of the guard; its policy should let EventBridge alone.',
  },
  guard_bucket_unread: {
    status: 502,
    title: 'Not everything could be read, so nobody can say whether it is safe',
    remedy:
      'See what was not read; most often the role of the guard may not, by a policy of the bucket or the organisation.',
  },
  guard_change_failed: {
    status: 502,
    title: 'A change was not made',
    remedy: 'See what the store said. The guard tries again by itself.',
  },
  guard_resting: {
    status: 503,
    title: 'The guard waits before it changes more',
    remedy: 'It goes on by itself. If it should change more, raise HOLDFAST_GUARD_MENDS_AN_HOUR.',
  },
  guard_mail_waits: {
    status: 503,
    title: 'Mails of the guard are not sent as fast as they come',
    remedy: 'See whether its topic takes messages: holdfast buckets doctor.',
  },
  buckets_audit_runs: {
    status: 409,
    title: 'The buckets are being looked at already',
    remedy: 'Wait until that look is over, or stop it.',
  },
  buckets_no_place: {
    status: 409,
    title: 'This server has no buckets to look at',
    remedy: 'Set HOLDFAST_BUCKETS, for example to aws, and start the server again; or run holdfast buckets audit.',
  },
  buckets_place_not_found: {
    status: 404,
    title: 'This server does not look at such a place',
    remedy: 'List the places with GET /api/v1/buckets/places.',
  },
  buckets_filter_invalid: {
    status: 422,
    title: 'The filter names something that there is not',
    remedy: 'Use the words that the description of the interface shows.',
  },
  bucket_not_found: {
    status: 404,
    title: 'No look has found such a bucket',
    remedy: 'Look at the list again: it may have been deleted since.',
  },
  guard_not_built: {
    status: 404,
    title: 'The code of the guard is not there',
    remedy: 'This checkout was not built. Run: npm ci',
  },
  bucket_objects_unlisted: {
    status: 502,
    title: 'The objects of a bucket could not be listed',
    remedy: 'Check its name, the endpoint, and that your rights have s3:ListBucket there.',
  },
  bucket_acls_unread: {
    status: 502,
    title: 'ACLs of objects could not be read',
    remedy:
      'It is tried again by itself. Where they are denied, give the credentials s3:GetObjectAcl; who wrote an object may have to grant it.',
  },
  buckets_watch_unkept: {
    status: 500,
    title: 'What the watch knows could not be kept',
    remedy: 'Make room in the state folder. The watch goes on; after a restart it would tell again what it told since.',
  },
  bucket_objects_many: {
    status: 409,
    title: 'There are more objects than are watched',
    remedy: 'Name a part of the bucket, BUCKET/PREFIX, or raise HOLDFAST_OBJECTS_WATCHED.',
  },
  guard_queue_unreachable: {
    status: 502,
    title: 'The queue of the guard could not be read',
    remedy: 'Check HOLDFAST_GUARD_QUEUE, and that the server may read the queue and use its key (docs/guard.md).',
  },
  bucket_notices_elsewhere: {
    status: 409,
    title: 'The guard does not hear of this bucket',
    remedy: 'Deploy the guard in the Region of the bucket, and name that Region with AWS_REGION.',
  },
  bucket_notices_off: {
    status: 404,
    title: 'Its objects are not told of',
    remedy: 'See what is told of with: holdfast buckets notices list',
  },
  bucket_notices_full: {
    status: 409,
    title: 'So many parts of one bucket are told of already',
    remedy: 'Name the whole bucket, or a prefix that holds several of them.',
  },
  guard_not_deployed: {
    status: 404,
    title: 'There is no such stack in this account and Region',
    remedy: 'Deploy it with: holdfast buckets deploy. Or name it with --stack, and its Region with AWS_REGION.',
  },
});
