import { errorCatalogue } from '../../../base/errors.ts';

/** What can go wrong with files on the person's own computer, and on the way between it and the server. */
export const transferErrors = errorCatalogue({
  remote_path_invalid: {
    status: 400,
    title: 'A path in Holdfast starts with “/” (your own drive) or with “Drive name:/”',
    remedy: 'Write it like /reports/plan.pdf; a “/” at its end means “into this folder”.',
  },
  pattern_invalid: {
    status: 400,
    title: 'This pattern cannot be read',
    remedy: 'Patterns know * (in one name), ** (any folders), ?, [abc] and {one,other}.',
  },
  drive_unknown: {
    status: 404,
    title: 'You have no drive of this name',
    remedy: 'Leave out the name to use your own drive: /path',
  },
  local_path_unusable: {
    status: 500,
    title: 'The file on this computer cannot be used',
    remedy: 'Check that it exists and that you may use it.',
  },
  local_file_changed: {
    status: 500,
    title: 'The file was changed while it was being read',
    remedy: 'Run the command again when nobody writes to the file.',
  },
  local_file_differs: {
    status: 409,
    title: 'A file with other content is there, and Holdfast has no version that is the same',
    remedy: 'Put it into Holdfast first, move it away, or replace it for good with --overwrite.',
  },
  local_name_refused: {
    status: 422,
    title: 'This name cannot be a file name on this computer',
    remedy: 'Fetch the file by itself under another name: holdfast get REMOTE LOCAL',
  },
  content_differs: {
    status: 500,
    title: 'What arrived is not what was stored: its SHA-256 differs',
    remedy: 'Nothing was kept of it. Run the command again; if it happens twice, look for a bad disk or memory.',
  },
  symbolic_link_refused: {
    status: 422,
    title: 'This is a symbolic link, and those are not followed',
    remedy: 'Name the file it points to, or follow links with --follow.',
  },
  two_for_one_name: {
    status: 400,
    title: 'Two of the files would get the same name',
    remedy: 'Name them in two commands, into two folders.',
  },
});
