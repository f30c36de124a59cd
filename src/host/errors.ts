import { errorCatalogue } from '../base/errors.ts';

export const hostErrors = errorCatalogue({
  host_check_invalid: {
    status: 422,
    title: 'This is no check of a host',
    remedy: 'Mend its first lines; docs/host.md says what stands there.',
  },
  host_checks_missing: {
    status: 422,
    title: 'The folder of checks is not there',
    remedy: 'Name a folder that holds checks of your own; docs/host.md says what stands in one.',
  },
  host_checks_untrusted: {
    status: 403,
    title: 'Others could change these checks, which would run with your rights',
    remedy: 'Give the folder and all in it to root or yourself, and take the right to write from everybody else.',
  },
  host_state_untrusted: {
    status: 403,
    title: 'Others could change what is kept of fixes, which would be taken back with your rights',
    remedy: 'Keep it where nobody else can write: sudo -H, or --state /var/lib/holdfast.',
  },
  host_scripts_changed: {
    status: 500,
    title: 'A script is not what this release was made with',
    remedy: 'Install Holdfast anew, and find out who changed it: it would have run with your rights.',
  },
  host_powershell_failed: {
    status: 500,
    title: 'Windows PowerShell did not do what it was asked',
    remedy:
      'See whether powershell.exe 5.1 runs scripts here: a policy for scripts, or application control, may not let it.',
  },
  host_fix_impossible: {
    status: 409,
    title: 'This cannot be mended by a command here',
    remedy: 'Follow what the finding says is to do by hand: holdfast findings show.',
  },
  host_fix_failed: {
    status: 500,
    title: 'A change could not be made, and what was changed before it was taken back',
    remedy: 'See what it said; mend that, or do by hand what the finding says.',
  },
  host_fix_stuck: {
    status: 500,
    title: 'Something could not be taken back',
    remedy: 'Mend what it names by hand; the receipt holds what was there before.',
  },
  host_fix_not_found: {
    status: 404,
    title: 'There is nothing wrong that fits',
    remedy: 'See what is wrong with: holdfast host scan',
  },
  host_not_scanned: {
    status: 404,
    title: 'This computer was not looked at yet',
    remedy: 'Run: holdfast host scan',
  },
  host_receipt_not_found: {
    status: 404,
    title: 'There is no such receipt in this state folder',
    remedy: 'Give the id as the fix named it, and --state when the fix had one; holdfast host undo lists them.',
  },
  host_confirm_late: {
    status: 409,
    title: 'There is nothing to confirm: it went back already, or was never made whole',
    remedy: 'Run the fix again, and confirm it in time.',
  },
  host_undo_changed: {
    status: 409,
    title: 'It was changed since the fix, so nothing was taken back',
    remedy: 'Look at what it names; bring it back by hand from the receipt if that is what you want.',
  },
  host_undo_final: {
    status: 409,
    title: 'A process that was ended cannot be brought back',
    remedy: 'Start it again by hand.',
  },
  host_unsupported: {
    status: 400,
    title: 'This system cannot be looked at',
    remedy: 'Run it on Linux with bash 4.4 or later; host scan runs on Windows too.',
  },
  host_check_not_found: {
    status: 404,
    title: 'There is no such check',
    remedy: 'Run holdfast host scan --list-checks to see all of them.',
  },
  host_bundle_impossible: {
    status: 422,
    title: 'The archive cannot be made',
    remedy: 'Mend what it names, or leave that check out with --skip.',
  },
  host_bundle_exists: {
    status: 409,
    title: 'There is a file of that name, and none is replaced',
    remedy: 'Give another name, or remove the file.',
  },
  host_result_invalid: {
    status: 422,
    title: 'This is not the result of a scan by an archive',
    remedy: 'Take the file that holdfast-scan.sh named at its end, as it is; docs/host-result.md says what it holds.',
  },
  host_result_cut_off: {
    status: 422,
    title: 'The result is not whole: it was cut off or changed on its way',
    remedy: 'Copy it again from the host, or scan that again.',
  },
  host_result_unreadable: {
    status: 400,
    title: 'The file with the result cannot be read',
    remedy: 'Name the file that holdfast-scan.sh wrote, which only who ran it can read: sudo, or give it to yourself.',
  },
  host_result_too_large: {
    status: 413,
    title: 'The result is larger than what is taken',
    remedy: 'Make an archive of fewer checks: holdfast host scan --bundle FILE --skip PATTERN',
  },
  host_needs_root: {
    status: 403,
    title: 'Only root can do this',
    remedy: 'Run it again with sudo.',
  },
  host_snapshot_not_found: {
    status: 404,
    title: 'No state is kept that begins so, or its file is damaged',
    remedy: 'Run holdfast host firewall list to see those of the firewall.',
  },
  host_rules_not_loadable: {
    status: 422,
    title: 'These rules cannot be loaded',
    remedy: 'Nothing was changed. See them with holdfast host firewall show, and load what you need of them by hand.',
  },
  host_rules_not_loaded: {
    status: 500,
    title: 'The rules were not loaded',
    remedy: 'See with holdfast host firewall diff which rules are there now.',
  },
  host_restore_waiting: {
    status: 409,
    title: 'Rules that were loaded wait to be confirmed',
    remedy: 'Keep them with holdfast host firewall confirm, or wait until they have gone back.',
  },
  host_restore_not_waiting: {
    status: 404,
    title: 'No rules wait to be confirmed',
    remedy: 'Load some with holdfast host firewall restore ID --yes.',
  },
  host_restore_too_late: {
    status: 409,
    title: 'The rules have gone back already',
    remedy: 'Load them again with holdfast host firewall restore ID --yes, with more time: --within SECONDS.',
  },
  enrolment_invalid: {
    status: 401,
    title: 'This enrolment is not known, has ended, or was withdrawn',
    remedy: 'Ask an admin for another one: holdfast host enrol.',
  },
  enrolment_used: {
    status: 409,
    title: 'This enrolment was used already, and is good for once',
    remedy:
      'Ask an admin for another one. If nobody of yours used it, tell them: they were told, and see by which host.',
  },
  enrolment_other_host: {
    status: 403,
    title: 'This enrolment is for another host',
    remedy: 'Use it on the host that it was made for, or ask an admin for one for this host.',
  },
  enrolment_not_found: {
    status: 404,
    title: 'There is no such enrolment',
    remedy: 'See those there are: holdfast host enrol --list.',
  },
  enrolments_too_many: {
    status: 409,
    title: 'Too many enrolments wait to be used',
    remedy: 'Withdraw those that nobody needs, or wait until they have ended.',
  },
  host_part_refused: {
    status: 403,
    title: 'The enrolment does not let this host report that',
    remedy: 'Leave it out of --with, or ask an admin for an enrolment that has it.',
  },
  host_notices_many: {
    status: 429,
    title: 'The host tells of too much in buckets',
    remedy: 'It tells the rest later by itself. See what goes on there, or have less watched: --buckets of the agent.',
  },
  host_reports_many: {
    status: 429,
    title: 'The host reports too often',
    remedy: 'The agent sends the rest later by itself. If it is not behind, find out who has its token.',
  },
  host_known: {
    status: 409,
    title: 'This host reports already with another token',
    remedy:
      'An admin revokes or forgets it first, or makes an enrolment for it: holdfast host enrol --for HOST. Where two computers have one machine id, give one of them another: rm /etc/machine-id, then systemd-machine-id-setup.',
  },
  host_token_invalid: {
    status: 401,
    title: 'This host is not known here, or not any more',
    remedy: 'Enrol it anew with an enrolment from an admin: holdfast host enrol.',
  },
  host_revoked: {
    status: 403,
    title: 'An admin has revoked this host',
    remedy: 'If it is to report again, an admin makes another enrolment: holdfast host enrol.',
  },
  host_replaced: {
    status: 403,
    title: 'This host was enrolled anew, and reports with another token',
    remedy: 'Stop the older agent. If nobody enrolled it anew, revoke the host and find out who has its token.',
  },
  host_not_found: {
    status: 404,
    title: 'There is no such host in the fleet',
    remedy: 'See those there are: holdfast host list.',
  },
  host_scan_not_found: {
    status: 404,
    title: 'No such scan of this host is kept',
    remedy: 'See those that are kept in the history of the host.',
  },
  host_state_not_found: {
    status: 404,
    title: 'No such state of this host is kept',
    remedy: 'See those that are kept; the oldest go for new ones.',
  },
  host_filter_invalid: {
    status: 422,
    title: 'Hosts cannot be listed like that',
    remedy: 'Use the words that it names.',
  },
  report_invalid: {
    status: 422,
    title: 'This report contradicts itself',
    remedy: 'Update the agent of the host; the report is not taken.',
  },
  report_encoding: {
    status: 415,
    title: 'A report comes as it is, or packed with gzip',
    remedy: 'Send it with Content-Encoding: gzip, or without one.',
  },
  report_of_another_host: {
    status: 422,
    title: 'A host reports for itself alone',
    remedy: 'Nothing of the report was taken. Find out why it names another host.',
  },
});
