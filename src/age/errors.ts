import { errorCatalogue } from '../base/errors.ts';

/** What reading and writing age files can end in. None of these ever carries a key, a passphrase or plaintext. */
export const ageErrors = errorCatalogue({
  age_header_invalid: {
    status: 500,
    title: 'This is not an age file, or its header is damaged',
    remedy: 'Check that you chose the right file; if it is, fetch another copy of it.',
  },
  age_header_mac: {
    status: 500,
    title: 'The header of the file was altered after it was written',
    remedy: 'Do not trust this copy; fetch another one.',
  },
  age_no_identity_match: {
    status: 403,
    title: 'None of the keys opens this file',
    remedy: 'Use the identity file or passphrase that the file was encrypted for.',
  },
  age_payload_corrupt: {
    status: 500,
    title: 'The encrypted content is damaged: it was altered or cut short',
    remedy: 'Fetch another copy; do not use what was written so far.',
  },
  age_truncated: {
    status: 500,
    title: 'The encrypted content ends too early',
    remedy: 'Fetch the whole file again; do not use what was written so far.',
  },
  age_size_impossible: {
    status: 500,
    title: 'No age file has this size',
    remedy: 'The file was cut short or is not an age file; fetch it again.',
  },
  age_range_invalid: {
    status: 416,
    title: 'The range lies outside the file',
    remedy: 'Ask for a range within the size of the file.',
  },
  age_recipients_mixed: {
    status: 400,
    title: 'These recipients cannot share one file',
    remedy:
      'Use only post-quantum (age1pq1…) or only classic (age1…) recipients, or a passphrase alone: a file is only as strong as its weakest recipient.',
  },
  age_recipients_missing: {
    status: 400,
    title: 'Nobody to encrypt to',
    remedy: 'Name at least one recipient (-r or -R), an identity file (-i), or a passphrase (-p).',
  },
  age_recipients_too_many: {
    status: 400,
    title: 'Too many recipients for one file',
    remedy: 'Encrypt to fewer recipients.',
  },
  age_passphrase_work_factor: {
    status: 400,
    title: 'The passphrase work factor is outside what this program accepts',
    remedy: 'A file that asks for more would block this machine; open it with another tool if you trust its origin.',
  },
  age_passphrase_empty: {
    status: 400,
    title: 'The passphrase is empty',
    remedy: 'Choose a passphrase.',
  },
  age_key_invalid: {
    status: 400,
    title: 'This is not an age key',
    remedy: 'Recipients start with age1 or age1pq1, identities with AGE-SECRET-KEY-1 or AGE-SECRET-KEY-PQ-1.',
  },
  age_key_file_invalid: {
    status: 400,
    title: 'The key file cannot be used',
    remedy: 'A key file holds one key on each line; empty lines and lines that start with # are skipped.',
  },
  age_armor_invalid: {
    status: 400,
    title: 'The armored (text) form of the file is damaged',
    remedy: 'Copy the text again, whole, from the BEGIN line to the END line.',
  },
  age_input_unreadable: {
    status: 400,
    title: 'The file could not be read',
    remedy: 'Check the path and its permissions.',
  },
  age_input_changed: {
    status: 409,
    title: 'The file changed while it was read',
    remedy: 'Run the command again when nothing writes to the file any more.',
  },
  age_output_unwritable: {
    status: 400,
    title: 'The output could not be written',
    remedy: 'Check the folder, its permissions and its free space. Nothing half-written was left there.',
  },
  age_output_is_input: {
    status: 400,
    title: 'Input and output are the same file',
    remedy: 'Name another output file with -o.',
  },
  age_output_is_terminal: {
    status: 400,
    title: 'Encrypted bytes would garble the terminal',
    remedy: 'Name an output file with -o, or use -a for text.',
  },
  age_flags_conflict: {
    status: 400,
    title: 'These flags do not go together',
    remedy: 'Use either a passphrase (-p) or recipients (-r, -R, -i).',
  },
});
