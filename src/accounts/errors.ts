import { errorCatalogue } from '../base/errors.ts';

/** Every way in which accounts/ refuses. Answers about credentials are alike on purpose: they tell nothing. */
export const accountErrors = errorCatalogue({
  not_signed_in: {
    status: 401,
    title: 'This needs you to be signed in',
    remedy: 'Log in with "holdfast login URL", or send the token as "Authorization: Bearer …".',
  },
  session_invalid: {
    status: 401,
    title: 'This login session has ended or was never valid',
    remedy: 'Log in again.',
  },
  login_failed: {
    status: 401,
    title: 'E-mail and password do not match',
    remedy: 'Check both. A forgotten password can be replaced with the recovery key from your recovery kit.',
  },
  recovery_failed: {
    status: 401,
    title: 'E-mail and recovery key do not match',
    remedy: 'Check both. The recovery key is the line of your recovery kit that starts with AGE-SECRET-KEY.',
  },
  password_wrong: {
    status: 403,
    title: 'The current password is not right',
    remedy: 'Type the password you log in with. This act asks for it again because it changes or hands out keys.',
  },
  too_many_attempts: {
    status: 429,
    title: 'Too many failed attempts',
    remedy: 'Wait as long as the answer says, then try again.',
  },
  busy: {
    status: 503,
    title: 'Too many people are logging in at this moment',
    remedy: 'Try again in a few seconds.',
  },
  password_length: {
    status: 422,
    title: 'A password has 8 to 256 characters',
    remedy: 'Choose a password of that length. Several unrelated words are easy to remember and hard to guess.',
  },
  password_too_easy: {
    status: 422,
    title: 'This password is too easy to guess',
    remedy: 'Choose another one. Several unrelated words are easy to remember and hard to guess.',
  },
  email_invalid: {
    status: 422,
    title: 'This is not an e-mail address',
    remedy: 'Give an address like ada@example.org, of at most 254 bytes.',
  },
  email_taken: {
    status: 409,
    title: 'There is an account with this e-mail address already',
    remedy: 'Log in, or sign up with another address.',
  },
  account_name_invalid: {
    status: 422,
    title: 'A name has 1 to 100 characters and no control characters',
    remedy: 'Give the name that the others should see.',
  },
  handle_invalid: {
    status: 422,
    title: 'A handle has 1 to 32 of the characters a-z 0-9 . _ - and starts with a letter or digit',
    remedy: 'Choose another handle, or leave it out to get one made from your name.',
  },
  handle_taken: {
    status: 409,
    title: 'Somebody has this handle already',
    remedy: 'Choose another handle, or leave it out to get a free one made from your name.',
  },
  device_invalid: {
    status: 422,
    title: 'A device label has 1 to 100 characters and no control characters',
    remedy: 'Give a short label, or leave it out.',
  },
  setup_code_invalid: {
    status: 403,
    title: 'The first account needs the setup code of this server',
    remedy:
      'The server prints the code when it starts, and keeps it in the file "setup-code" in its data folder until it is used.',
  },
  sign_up_closed: {
    status: 403,
    title: 'Sign-up is not open to everyone here',
    remedy: 'Ask the person who runs this workspace.',
  },
  session_not_found: {
    status: 404,
    title: 'You have no login session with this id',
    remedy: 'List your sessions with "holdfast account sessions".',
  },
  account_changed: {
    status: 409,
    title: 'The account was changed by somebody else at the same moment',
    remedy: 'Look at it again, then repeat what you wanted to do.',
  },
  account_damaged: {
    status: 500,
    title: 'The records of this account do not fit together',
    remedy:
      'Somebody changed the database behind the back of the server, or it was restored only in part. Tell the person who runs this workspace.',
  },
  workspace_key_missing: {
    status: 500,
    title: 'The workspace key file is missing',
    remedy:
      'Put the key file of this workspace back (from a backup, another server, or keys/workspace/ in the bucket). Without it nobody can log in.',
  },
  workspace_key_mismatch: {
    status: 500,
    title: 'The workspace key file belongs to another workspace',
    remedy: 'Start with the key file that these records were made with, or with other records.',
  },
  workspace_key_unreadable: {
    status: 500,
    title: 'The workspace key file cannot be used',
    remedy:
      'Check that the file is whole, that it belongs to the user who runs the server, and that nobody else can read it.',
  },
  setup_code_unwritable: {
    status: 500,
    title: 'The setup code could not be kept in its file',
    remedy: 'Check that the data folder can be written and has free space.',
  },
});
