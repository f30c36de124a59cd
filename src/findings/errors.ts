import { errorCatalogue } from '../base/errors.ts';

export const findingErrors = errorCatalogue({
  finding_not_found: {
    status: 404,
    title: 'There is no such finding',
    remedy: 'Run holdfast findings list --state all to see every finding with its id.',
  },
  finding_not_open: {
    status: 409,
    title: 'Only a finding that is open can be accepted',
    remedy: 'Look at its state with holdfast findings show; reopen it first if it is suppressed or accepted.',
  },
  finding_not_decided: {
    status: 409,
    title: 'Nobody accepted this finding',
    remedy: 'Only an accepted finding can be reopened. What a rule suppresses comes back when the rule is removed.',
  },
  finding_changed: {
    status: 409,
    title: 'The finding changed meanwhile, again and again',
    remedy: 'Look at it once more and try again.',
  },
  finding_until_past: {
    status: 422,
    title: 'The day on which it ends is over already',
    remedy: 'Name a later one, or none.',
  },
  finding_rule_empty: {
    status: 422,
    title: 'A rule that names nothing would suppress everything',
    remedy: 'Give at least one of check, resource, tag and path.',
  },
  finding_rule_not_found: {
    status: 404,
    title: 'There is no such rule',
    remedy: 'Run holdfast findings rules to see them with their ids.',
  },
  finding_rules_full: {
    status: 409,
    title: 'There are as many rules as may be',
    remedy: 'Remove some, or write one with a pattern that covers several.',
  },
  finding_run_not_found: {
    status: 404,
    title: 'There is no such run',
    remedy: 'Run holdfast findings runs to see them with their ids; what runs saw is kept for 90 days.',
  },
  finding_run_ended: {
    status: 409,
    title: 'This run has ended',
    remedy: 'Begin a new run.',
  },
  finding_batch_invalid: {
    status: 422,
    title: 'The batch is too large, or does not follow the ones before it',
    remedy: 'Send the batches of a run in order, counted from 0; the last one may be sent again. Send fewer at once.',
  },
  finding_filter_invalid: {
    status: 422,
    title: 'The filter names something that there is not',
    remedy: 'Use the words that holdfast findings list --help shows.',
  },
  finding_cursor_invalid: {
    status: 422,
    title: 'This does not continue any list of findings',
    remedy: 'Pass the “next” of the page before as “after”, or leave it out to start from the top.',
  },
  finding_source_refused: {
    status: 403,
    title: 'This host reports for another guard',
    remedy:
      'Leave out what is for others to report. If it is to report buckets, enrol it anew: holdfast host enrol --with host,buckets.',
  },
});
