import { errorCatalogue } from '../base/errors.ts';

/** Why a workspace is not opened: its parts do not belong together. */
export const composeErrors = errorCatalogue({
  store_of_other_workspace: {
    status: 409,
    title: 'This store belongs to another workspace',
    remedy:
      'Give this workspace stores of its own (HOLDFAST_OBJECTS, HOLDFAST_BACKUP), or start with the records that belong to them.',
  },
  bucket_of_a_workspace: {
    status: 409,
    title: 'This store holds a workspace, and the records are empty',
    remedy:
      'Put the records file and the workspace key of that workspace back before starting, or choose empty stores for a new one.',
  },
  store_marker_unreadable: {
    status: 500,
    title: 'The file workspace.json in this store cannot be read',
    remedy: 'Restore workspace.json from the other store; both hold the same file.',
  },
  store_marker_missing: {
    status: 409,
    title: 'A store of this workspace is empty or is not the one that was used so far',
    remedy:
      'Look whether its disk is mounted and the folder is right (HOLDFAST_OBJECTS, HOLDFAST_BACKUP), and start again. When the store is lost for good, start once with --adopt-store primary (objects) or --adopt-store backup (second copies): everything is copied into it again from the other store.',
  },
  store_changed: {
    status: 409,
    title: 'This store is not the one that the records belong to',
    remedy:
      'Set HOLDFAST_OBJECTS and HOLDFAST_BACKUP back to the stores that were used so far. `holdfast admin stores move` brings one to another place while the server runs. When one is lost, or you brought it to its new place yourself, start once with --adopt-store primary (objects) or --adopt-store backup (second copies): what lies there is checked against the records, and what is missing is copied from the other store.',
  },
  store_place_invalid: {
    status: 400,
    title: 'A store cannot be named like this',
    remedy:
      'Name it as HOLDFAST_OBJECTS does: file:///mnt/disk/objects, or s3://BUCKET/PREFIX?region=eu-central-1 (docs/s3.md).',
  },
  pub_sub_password_unreadable: {
    status: 500,
    title: 'The file with the password of Redis cannot be read',
    remedy: 'Set HOLDFAST_PUBSUB_PASSWORD_FILE to a file that the server may read, or leave it out.',
  },
  store_not_empty: {
    status: 409,
    title: 'The place that the store shall move to holds something else',
    remedy: 'Nothing was changed in it. Name an empty folder, or a prefix of a bucket that holds nothing.',
  },
  store_move_under_way: {
    status: 409,
    title: 'This store is moving to another place already',
    remedy: 'See `holdfast admin stores list`; `holdfast admin stores stay` calls the move off.',
  },
  store_move_unfinished: {
    status: 409,
    title: 'The store has not moved there yet',
    remedy:
      'Start with the store that was used so far: the move goes on by itself, and `holdfast admin stores list` tells when it is ready. At the first start with the new place the old one must still answer, since it alone holds what was stored last. When it is lost for good, start once with --adopt-store primary (objects) or --adopt-store backup (second copies).',
  },
  stores_are_one: {
    status: 409,
    title: 'Objects and second copies would lie in one and the same folder',
    remedy:
      'Give HOLDFAST_OBJECTS and HOLDFAST_BACKUP folders of their own, best on different disks; links and mounts may lead both names to one place.',
  },
  workspace_not_begun: {
    status: 409,
    title: 'There is no workspace in these records',
    remedy: 'Start the server once with this data folder: it makes a new workspace.',
  },
  records_backup_elsewhere: {
    status: 409,
    title: 'These records lie in DynamoDB, which keeps its own backups',
    remedy:
      'Nothing needs to be done: point-in-time recovery keeps the last 35 days, and `holdfast doctor` tells whether it is on. For a copy of your own, run: aws dynamodb create-backup.',
  },
  metrics_token_unusable: {
    status: 500,
    title: 'The token for metrics cannot be used',
    remedy: 'Put a random one into the file, at least 16 characters on one line: openssl rand -hex 24.',
  },
  workspace_key_place_invalid: {
    status: 400,
    title: 'This names no place for the workspace key',
    remedy: 'Give the path of a file, or kms: and the ARN, alias or id of a key in AWS KMS.',
  },
  records_shape_newer: {
    status: 500,
    title: 'The records were written by a newer Holdfast',
    remedy:
      'Start the release that is named or a newer one; or put back the copy of the records that was made before the upgrade (docs/upgrade.md). Nothing was changed.',
  },
  records_shape_busy: {
    status: 409,
    title: 'Another server is bringing the records into the shape of this release',
    remedy: 'Wait until it serves, then start this one.',
  },
  records_url_invalid: {
    status: 400,
    title: 'The records cannot be named like this',
    remedy: 'Name them as HOLDFAST_RECORDS does: file:///srv/holdfast/records.sqlite or dynamodb://TABLE.',
  },
  records_move_unfinished: {
    status: 409,
    title: 'These records are the target of a move that was broken off',
    remedy:
      'Call the same `holdfast admin records move` again, which goes on where it was; or start with the records that it came from.',
  },
  data_folder_unusable: {
    status: 500,
    title: 'The data folder cannot be made or written',
    remedy: 'Choose a folder of your own with --data, or correct its owner and permissions.',
  },
});
