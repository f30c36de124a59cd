import type { Problem } from './problem.ts';

/** "Could not rename “plan.pdf”", of "Rename “plan.pdf”". */
export function couldNot(tried: string): string {
  const [first = '', ...rest] = Array.from(tried);
  return `Could not ${first.toLowerCase()}${rest.join('')}`;
}

/** What the server tells programs to do is here done on the page itself. */
const onPages: Readonly<Record<string, Partial<Pick<Problem, 'title' | 'remedy'>>>> = {
  not_signed_in: { title: 'Your session had ended', remedy: 'Once you are logged in again, do it once more.' },
  session_invalid: { title: 'Your session had ended', remedy: 'Once you are logged in again, do it once more.' },
  name_taken: { remedy: 'Choose another name, or another folder.' },
  drive_not_found: { remedy: 'Go to My drive; whoever manages the drive can add you.' },
  origin_not_allowed: { remedy: 'Open Holdfast at the address that its server knows as its own, and log in there.' },
  request_invalid: { remedy: 'Correct what is named above, then try again.' },
  finding_not_found: { remedy: 'It may have been forgotten since. Choose another one from the list.' },
  finding_not_open: { remedy: 'Close this and look at how it stands now.' },
  finding_not_decided: {
    remedy: 'Only what was accepted can be reopened. What a rule suppresses is open again when the rule is removed.',
  },
  finding_rule_not_found: { remedy: 'Somebody has removed it already. Load the page again.' },
  finding_run_not_found: { remedy: 'Choose two runs of the same guard at the same place. They are kept for 90 days.' },
  notice_token_invalid: {
    remedy: 'A link is good once and for a day. Ask for a new letter where you named the address.',
  },
  channel_secret_needed: { remedy: 'Type it again here, or leave the place as it is.' },
  channel_not_found: { remedy: 'Somebody has removed it already. Load the page again.' },
  channels_full: { remedy: 'Remove one first.' },
  dead_letter_not_found: { remedy: 'It was sent again already, or was too old to be kept.' },
  chat_muted: {
    remedy: 'Wait until then, or ask a moderator. “About you” under Chat tells what was decided, and why.',
  },
  chat_banned: {
    remedy: 'Wait until then, or ask a moderator. “About you” under Chat tells what was decided, and why.',
  },
  chat_member_not_found: { remedy: 'Type the handle of somebody who has an account here.' },
  chat_bot_not_found: { remedy: 'Somebody has removed it already. Load the page again.' },
  object_damaged: {
    remedy:
      'Every copy is missing or was altered. Restore an older version, and tell the person who runs this workspace.',
  },
};

export function inWordsOfPages(problem: Problem): Problem {
  return { ...problem, ...onPages[problem.code] };
}
