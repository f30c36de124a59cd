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
  role_changed: {
    status: 401,
    title: 'Your role in this workspace has changed while this was running',
    remedy: 'Do it again; it goes by your new role then.',
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
  password_required: {
    status: 403,
    title: 'This act asks for your password again',
    remedy: 'Send it as "password" beside the rest: the act hands out a key, here a copy of the workspace key.',
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
    title: 'This workspace takes no new people',
    remedy: 'Ask an admin of it: "holdfast admin settings set sign-up invite" lets invited people in.',
  },
  invite_required: {
    status: 403,
    title: 'Sign-up here needs an invitation',
    remedy: 'Ask somebody of this workspace for one, and sign up with "--invite-file FILE".',
  },
  invite_invalid: {
    status: 403,
    title: 'This invitation is not valid, or not any more',
    remedy: 'An invitation is good once, for a limited time. Ask for a new one.',
  },
  invite_email_mismatch: {
    status: 403,
    title: 'This invitation is for another e-mail address',
    remedy: 'Sign up with the address that the invitation was sent to, or ask for another one.',
  },
  invite_role_refused: {
    status: 403,
    title: 'You cannot invite somebody into a role above your own',
    remedy: 'Invite a member or a guest, or ask an admin.',
  },
  invite_not_found: {
    status: 404,
    title: 'There is no open invitation with this id',
    remedy: 'It may have been used. List what is open with "holdfast admin invites list".',
  },
  invites_too_many: {
    status: 409,
    title: 'You have too many open invitations',
    remedy: 'Revoke those that are not needed, with "holdfast admin invites revoke".',
  },
  person_not_found: {
    status: 404,
    title: 'There is no account with this id',
    remedy: 'List the accounts with "holdfast admin people list".',
  },
  last_admin: {
    status: 409,
    title: 'This is the last active admin',
    remedy: 'Make somebody else an admin first.',
  },
  role_change_refused: {
    status: 409,
    title: 'Somebody with a drive of their own cannot become a guest',
    remedy: 'Disable the account, or leave the role as it is. Guests are invited as guests.',
  },
  reset_own_account: {
    status: 409,
    title: 'Nobody starts their own account anew',
    remedy: 'Change the password with "holdfast account password", or ask another admin.',
  },
  account_replaced: {
    status: 409,
    title: 'The recovery key is right, but the address has a new account by now',
    remedy:
      'Fetch what you need from the new account, delete it with "holdfast account delete", then recover the old one.',
  },
  rotation_too_large: {
    status: 409,
    title: 'You are in too many drives to move all of their keys in one step',
    remedy: 'Leave drives that you do not need, then try again.',
  },
  organisation_recovery_invalid: {
    status: 422,
    title: 'This is not the recipient of an age key',
    remedy: 'Make a key with "age-keygen -pq", keep it in a safe place, and give its public key: age1…',
  },
  organisation_recovery_unseen: {
    status: 409,
    title: 'This workspace has a recovery key of the organisation that you have not agreed to',
    remedy:
      'Whoever holds that key can open what you store here. Sign up with the recipient that this answer names to agree; leave it out where there is none.',
  },
  workspace_setting_invalid: {
    status: 422,
    title: 'This is not a setting of the workspace, or not a value it takes',
    remedy: 'See the settings and their values with "holdfast admin settings list".',
  },
  workspace_setting_fixed: {
    status: 409,
    title: 'This setting is fixed by the environment of the server',
    remedy: 'Change the variable where the server is started, or remove it there.',
  },
  session_not_found: {
    status: 404,
    title: 'You have no login session with this id',
    remedy: 'List your sessions with "holdfast account sessions".',
  },
  app_password_not_found: {
    status: 404,
    title: 'You have no app password with this id',
    remedy: 'List them with "holdfast account app-passwords list".',
  },
  agent_password_admins_only: {
    status: 403,
    title: 'Only an admin can make an app password for a guard',
    remedy: 'Ask an admin: what a guard reports is shown to all admins, and they decide about it.',
  },
  app_passwords_too_many: {
    status: 409,
    title: 'You have too many app passwords',
    remedy: 'Revoke those that are not used, with "holdfast account app-passwords revoke".',
  },
  app_password_label_invalid: {
    status: 422,
    title: 'The label of an app password has 1 to 100 characters and no control characters',
    remedy: 'Name the program and the device it is for: "rclone on the office server".',
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
    title: 'The workspace key is not where it should be',
    remedy:
      'Put the key file of this workspace back (from a backup, another server, or keys/workspace/ in the bucket). Without it nobody can log in.',
  },
  workspace_key_mismatch: {
    status: 500,
    title: 'The workspace key belongs to another workspace',
    remedy: 'Start with the key that these records were made with, or with other records.',
  },
  workspace_key_unreadable: {
    status: 500,
    title: 'The workspace key file cannot be used',
    remedy:
      'Check that the file is whole, that it belongs to the user who runs the server, and that nobody else can read it.',
  },
  workspace_key_unwritable: {
    status: 500,
    title: 'The workspace key file could not be replaced',
    remedy:
      'Nothing has changed. Let the user who runs the server write the file and its folder, then rotate the key again.',
  },
  workspace_key_kms_denied: {
    status: 500,
    title: 'AWS KMS does not let this server use the key that wraps the workspace key',
    remedy:
      'Let the role of the server do kms:Decrypt and kms:Encrypt with the key, in its policy and in that of the key, and look whether its credentials are in force.',
  },
  workspace_key_kms_unusable: {
    status: 500,
    title: 'The key in AWS KMS that wraps the workspace key is disabled, about to be deleted, or gone',
    remedy:
      'Enable it, or cancel its deletion: aws kms cancel-key-deletion. If it is gone for good, start with a copy of the key file, or with keys/workspace/ in the bucket and the recovery key of an admin.',
  },
  workspace_key_kms_unreachable: {
    status: 502,
    title: 'AWS KMS, which holds the workspace key, cannot be asked',
    remedy: 'Look at the network of this machine, AWS_REGION and HOLDFAST_WORKSPACE_KEY, then start again.',
  },
  workspace_key_busy: {
    status: 409,
    title: 'The workspace key is being rotated at this moment',
    remedy: 'Wait for the other rotation, then look at "holdfast admin keys show".',
  },
  setup_code_unwritable: {
    status: 500,
    title: 'The setup code could not be kept in its file',
    remedy: 'Check that the data folder can be written and has free space.',
  },
});
