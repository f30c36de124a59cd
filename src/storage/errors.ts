import { errorCatalogue, hasCode } from '../base/errors.ts';

/** What can go wrong between the product and the places where its bytes and records lie. */
export const storageErrors = errorCatalogue({
  object_not_found: {
    status: 404,
    title: 'There is no such object in the store',
    remedy: 'If it should be there, run `holdfast doctor`: the second copy may still have it.',
  },
  object_exists: {
    status: 409,
    title: 'An object of this key is already in the store',
    remedy:
      'Nothing was overwritten. Repeat the action. If it fails again, look whether both stores are one folder under two names.',
  },
  object_key_invalid: {
    status: 400,
    title: 'The object key cannot be used in this store',
    remedy:
      'Use segments of letters, digits, dot, underscore and hyphen, joined by slashes; no key may be a folder of another.',
  },
  object_too_large: {
    status: 413,
    title: 'The object is larger than the store takes',
    remedy: 'Split the file, or use a store without this limit.',
  },
  range_invalid: {
    status: 416,
    title: 'The range lies outside the object',
    remedy: 'Ask for bytes between 0 and the size of the object.',
  },
  body_size_mismatch: {
    status: 400,
    title: 'The body has another size than announced',
    remedy: 'Nothing was stored. Send the file again; if it is still being written, wait until that is done.',
  },
  upload_not_found: {
    status: 404,
    title: 'There is no such upload, or it was finished or ended before',
    remedy: 'Start the upload again.',
  },
  upload_parts_invalid: {
    status: 400,
    title: 'The parts of the upload do not fit together',
    remedy: 'Start the upload again, with parts numbered from 1, all of one size but the last.',
  },
  store_full: {
    status: 507,
    title: 'The store is full',
    remedy: 'Nothing was stored. Free space on the disk (or raise its quota) and repeat the action.',
  },
  store_unavailable: {
    status: 503,
    title: 'The store does not answer as it should',
    remedy:
      'Repeat the action in a moment. If it stays, see the log of the server and whether the disk is mounted and healthy.',
  },
  store_denied: {
    status: 500,
    title: 'The store refuses access',
    remedy: 'Give the account that runs the server read and write rights on the store.',
  },
  store_url_invalid: {
    status: 400,
    title: 'The address of the store cannot be used',
    remedy: 'Give an absolute address such as file:///srv/holdfast/objects.',
  },
  record_conflict: {
    status: 409,
    title: 'Somebody else changed the same thing at the same time',
    remedy: 'Nothing was changed. Look at the present state and repeat the action.',
  },
  record_too_large: {
    status: 413,
    title: 'The record is larger than the record store takes',
    remedy: 'Nothing was changed. Make the texts shorter, or do it in smaller steps.',
  },
  record_key_invalid: {
    status: 400,
    title: 'The record key cannot be used',
    remedy: 'Keys are 1-512 characters of printable ASCII.',
  },
  record_value_invalid: {
    status: 400,
    title: 'The value cannot be kept in a record',
    remedy: 'Values are JSON objects of well-formed text, booleans, null, lists and whole numbers below 2^53.',
  },
  transaction_invalid: {
    status: 400,
    title: 'The transaction cannot be run',
    remedy: 'Give 1-100 operations of which no two touch the same record.',
  },
  records_full: {
    status: 507,
    title: 'There is no room left for records',
    remedy: 'Nothing was changed. Free space on the disk of the records and repeat the action.',
  },
  records_unavailable: {
    status: 503,
    title: 'The record store does not answer as it should',
    remedy: 'Repeat the action in a moment. If it stays, see the log of the server and the disk of the records.',
  },
  records_denied: {
    status: 500,
    title: 'The record store refuses access',
    remedy:
      'Give the account that runs the server read and write rights on the records file, on those beside it that end in -wal and -shm, and on their folder.',
  },
  records_missing: {
    status: 500,
    title: 'The table of the records is not there',
    remedy:
      'Look at HOLDFAST_RECORDS: the name of the table, its region and account. When the table was deleted, restore it to its last moment (DynamoDB, point-in-time recovery) under the same name; a new workspace makes its table itself.',
  },
  records_not_empty: {
    status: 409,
    title: 'The place that the records shall go to is not empty',
    remedy:
      'Nothing was changed in it. Name a new file or table. A move that was broken off goes on when it is called again just as before.',
  },
  records_in_use: {
    status: 409,
    title: 'A server uses these records',
    remedy:
      'Stop every server of this workspace. One that was killed leaves its leases behind: wait two minutes, and call it again.',
  },
  records_differ: {
    status: 500,
    title: 'What was moved is not what lies in the source',
    remedy:
      'Go on using the source, which was only read. Look whether a server or another program changed it meanwhile, and move it again, into a new file or table.',
  },
  records_damaged: {
    status: 500,
    title: 'The records file is damaged',
    remedy:
      'Stop the server, keep a copy of the records file with its -wal and -shm files, and put the last backup of the records in their place. The stored files are not affected.',
  },
  records_too_old: {
    status: 500,
    title: 'The records were written by an older version of Holdfast',
    remedy:
      'Start a server of this version on them once: it brings them to the present form, and keeps what they hold.',
  },
  records_too_new: {
    status: 500,
    title: 'The records were written by a newer version',
    remedy: 'Start that version or a newer one, or put back the backup made before the upgrade.',
  },
  records_foreign: {
    status: 500,
    title: 'The records file belongs to another program',
    remedy: 'Nothing was changed in it. Point the records setting at another file.',
  },
  data_in_use: {
    status: 409,
    title: 'Another process uses this data folder',
    remedy: 'Stop the other process, or start this one with a data folder of its own.',
  },
});

/** True for errors after which the same call may well succeed: the store was busy or away, nothing was refused. */
export function isRetryable(error: unknown): boolean {
  return hasCode(error, 'store_unavailable', 'records_unavailable');
}
