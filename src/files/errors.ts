import { errorCatalogue } from '../base/errors.ts';

/** Every way in which files/ refuses. What a person may not see is answered as if it were not there. */
export const fileErrors = errorCatalogue({
  name_empty: {
    status: 422,
    title: 'A file or folder needs a name, and an upload needs a file',
    remedy: 'Choose a file, or give a name of 1 to 255 bytes.',
  },
  name_invalid: {
    status: 422,
    title: 'This name cannot be used',
    remedy: 'Use a name that is not “.” or “..” and holds no “/”, no NUL and no control characters.',
  },
  name_too_long: {
    status: 422,
    title: 'A name has at most 255 bytes in UTF-8',
    remedy: 'Shorten the name; letters outside plain English take 2 to 4 bytes each.',
  },
  name_taken: {
    status: 409,
    title: 'Something with this name is there already',
    remedy:
      'Choose another name, or another folder. Where a file is to go onto a file, it can become that one’s next version: "force", or --force.',
  },
  path_invalid: {
    status: 422,
    title: 'This is not a path',
    remedy: 'Write names separated by single “/”, as in “/reports/2026/plan.pdf”.',
  },
  media_type_invalid: {
    status: 422,
    title: 'This is not a media type',
    remedy: 'Write it like “application/pdf”, or leave it out to have it told from the name.',
  },
  modified_time_invalid: {
    status: 422,
    title: 'This is not a time in RFC 3339',
    remedy: 'Write it like “2026-03-01T09:30:00Z”.',
  },
  digest_invalid: {
    status: 422,
    title: 'This is not a SHA-256 in the form of RFC 9530',
    remedy: 'Write it like “sha-256=:<44 characters of base64>:”, or leave it out.',
  },
  digest_mismatch: {
    status: 422,
    title: 'What arrived is not what was announced: its SHA-256 differs',
    remedy: 'Nothing was stored. Send the file again; if it happens twice, look for a bad disk, memory or proxy.',
  },
  body_incomplete: {
    status: 400,
    title: 'The body is not as long as was announced',
    remedy: 'Nothing was stored. Send the file again, and do not change it meanwhile.',
  },
  content_range_refused: {
    status: 400,
    title: 'A part of a file cannot be stored in place of the whole',
    remedy:
      'Nothing was stored. Send the whole content without Content-Range; an upload is not gone on with in the middle.',
  },
  content_encoding_refused: {
    status: 415,
    title: 'Content that is compressed on its way would be stored compressed',
    remedy: 'Nothing was stored. Send the file’s own bytes, without Content-Encoding.',
  },
  file_too_large: {
    status: 413,
    title: 'The file is larger than this workspace takes',
    remedy: 'Split the file, or ask the person who runs this workspace to raise the limit.',
  },
  quota_exceeded: {
    status: 413,
    title: 'This is more than the space of this drive’s owner has left',
    remedy: 'Empty the trash, remove old files, or ask the person who runs this workspace for a higher quota.',
  },
  cursor_invalid: {
    status: 422,
    title: 'This does not continue any list',
    remedy: 'Pass the “next” of the page before as “after”, or leave it out to start at the beginning.',
  },
  name_pattern_invalid: {
    status: 422,
    title: 'This is not a pattern for names',
    remedy: 'Write a part of the name, or a whole name with “*”, “?” and “[a-z]” in it, as in “*.pdf”.',
  },
  drive_not_found: {
    status: 404,
    title: 'You have no drive with this id',
    remedy: 'List your drives with GET /api/v1/drives.',
  },
  drive_read_only: {
    status: 403,
    title: 'You may look at this drive but not change it',
    remedy: 'Ask a manager of the drive for the role “editor”.',
  },
  drive_damaged: {
    status: 500,
    title: 'The records of this drive do not fit together',
    remedy:
      'Somebody changed the database behind the back of the server, or it was restored only in part. Tell the person who runs this workspace.',
  },
  folder_not_found: {
    status: 404,
    title: 'There is no such folder in this drive',
    remedy: 'Look at the folder above it; it may have been removed.',
  },
  entry_not_found: {
    status: 404,
    title: 'There is no such file or folder in this drive',
    remedy: 'Look at the folder it should be in; names are case-sensitive.',
  },
  version_not_found: {
    status: 404,
    title: 'This file has no such version',
    remedy: 'List its versions first.',
  },
  is_a_folder: {
    status: 409,
    title: 'This is a folder, not a file',
    remedy: 'Ask for the files in it, one by one.',
  },
  not_a_folder: {
    status: 409,
    title: 'This is a file, not a folder',
    remedy: 'Give the folder that should hold it.',
  },
  version_conflict: {
    status: 412,
    title: 'The file has changed since you looked at it',
    remedy: 'Fetch the newest version, compare, and send yours again with its ETag in If-Match.',
  },
  name_exists: {
    status: 412,
    title: 'A file with this name is there already',
    remedy: 'Leave out “If-None-Match: *” to store this as its next version, or choose another name.',
  },
  write_contention: {
    status: 503,
    title: 'Too many writers are changing this at once',
    remedy: 'Nothing was stored. Try again in a moment.',
  },
  favourites_full: {
    status: 409,
    title: 'You have 500 favourites, and there is no room for more',
    remedy: 'Remove one that you no longer need at hand.',
  },
  root_fixed: {
    status: 409,
    title: 'The drive itself cannot be moved, copied or thrown away',
    remedy: 'Name something that lies in it.',
  },
  move_into_itself: {
    status: 409,
    title: 'A folder cannot go into itself or into a folder that lies in it',
    remedy: 'Choose a folder outside of it.',
  },
  folder_too_deep: {
    status: 422,
    title: 'So many folders stand one in another here that no more can be written into them',
    remedy: 'Move one of the folders above to the top of the drive.',
  },
  in_trash: {
    status: 409,
    title: 'This is in the trash, and nothing there is changed',
    remedy: 'Restore it first, alone or with the folder in the trash that it lies in.',
  },
  not_in_trash: {
    status: 404,
    title: 'There is no such thing in the trash of this drive',
    remedy: 'List the trash; it may have been restored, or its days were over.',
  },
  origin_gone: {
    status: 409,
    title: 'The folder that this came from is gone, or is in the trash itself',
    remedy: 'Give a folder to restore it into, or restore that folder first.',
  },
  range_not_satisfiable: {
    status: 416,
    title: 'The file does not have these bytes',
    remedy: 'Ask for a range inside its size, which Content-Range tells.',
  },
  object_damaged: {
    status: 502,
    title: 'No copy of this version can be opened',
    remedy:
      'Every copy is missing or was altered. Restore an older version, and tell the person who runs this workspace: "holdfast backup status" shows what is lost.',
  },
  copies_unreachable: {
    status: 503,
    title: 'No store that holds a copy of this version answers',
    remedy: 'Try again later; tell the person who runs this workspace if it lasts.',
  },
  sealing_interrupted: {
    status: 503,
    title: 'The part of the server that encrypts and decrypts files broke off',
    remedy:
      'Nothing was stored or changed. Try again; if it lasts, tell the person who runs this workspace to look into the log.',
  },
  second_copy_failed: {
    status: 503,
    title: 'The second copy could not be made',
    remedy:
      'Nothing was stored, because this workspace answers only when both copies are there. Try again when the backup store is back.',
  },
  idempotency_key_invalid: {
    status: 422,
    title: 'An Idempotency-Key has 1 to 128 printable characters',
    remedy: 'Send a fresh UUID for every act, and the same one when you repeat that act.',
  },
  idempotency_key_reused: {
    status: 422,
    title: 'This Idempotency-Key was used for another request',
    remedy: 'Use a fresh key for every act.',
  },
  idempotency_in_progress: {
    status: 409,
    title: 'The first request with this Idempotency-Key is still running',
    remedy: 'Wait until it has answered, then ask again.',
  },
  share_not_found: {
    status: 404,
    title: 'This is not shared with you, or not any more',
    remedy: 'Ask whoever shared it to share it again.',
  },
  share_in_trash: {
    status: 409,
    title: 'The file that was shared lies in the trash',
    remedy: 'Ask whoever shared it to take it out again; then it opens as before.',
  },
  upload_form_invalid: {
    status: 400,
    title: 'The form cannot be read',
    remedy:
      'Send multipart/form-data with the files as parts that have a file name, or one file as application/octet-stream.',
  },
});
