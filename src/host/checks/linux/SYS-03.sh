# id: SYS-03
# title: What happens on this host is not written down, or everybody may read it
# severity: medium
# rationale: After a break-in the log is what tells what was done. A log that everybody reads tells names, addresses, and
#   now and then a password that somebody typed at the wrong prompt.
# references: CIS Debian 12 6.1.1.1; CIS Debian 12 6.2.1.2; ATT&CK T1562.001
# needs: nothing
# facts: processes packages
# fix: G
# cuts: programs that read such a log without being in its group
# remedy: Run systemctl enable --now systemd-journald (auditd), and chmod o-rwx on the file that is named.
# timeout: 5 s

# Logs that hold more than everybody should know. What dpkg, apt and the installer write may be read.
readonly LOGS=(auth.log auth.log.1 secure syslog syslog.1 messages kern.log daemon.log user.log debug mail.log maillog cron.log
  cron btmp audit/audit.log sudo.log)

detect() {
  local running name mode paths=() path
  running=$(commands_running)
  if [ -n "$CONTAINER" ]; then
    not_applicable 'the host of a container keeps its log'
    return
  fi
  if [ ! -s "$FACTS/processes" ]; then
    unknown log 'the processes were not looked at'
  elif [[ $running =~ ' '(systemd-journal|systemd-journald|rsyslogd|syslog-ng|syslogd|in:imklog)' ' ]]; then
    pass log "written by ${BASH_REMATCH[1]}"
  elif others_hidden; then
    unknown log 'only our own processes are listed (hidepid)'
  else
    fail log 'nothing writes the log: neither systemd-journald nor rsyslog nor syslog-ng runs'
  fi
  if [[ $running == *' auditd '* ]]; then
    pass audit 'auditd runs'
  elif grep -qE '^(auditd|audit) ' "$FACTS/packages/list" 2>/dev/null; then
    if others_hidden; then unknown audit 'only our own processes are listed (hidepid)'; else fail audit 'auditd is installed, and does not run'; fi
  else
    fail -s info audit 'auditd is not installed: who called what as root is not written down'
  fi
  for name in "${LOGS[@]}"; do
    [ -e "$ROOT/var/log/$name" ] && paths+=("$ROOT/var/log/$name")
  done
  [ ${#paths[@]} -eq 0 ] || while read -r mode path; do
    ((8#$mode & 7)) && fail "${path#"$ROOT"}" "everybody may read or write it (mode $mode)"
  done < <(stat -L -c '%a %n' -- "${paths[@]}" 2>/dev/null)
}

fix() {
  local mode
  case $1 in
    audit)
      if ! grep -qE '^(auditd|audit) ' "$FACTS/packages/list"; then
        by_hand 'install it first: apt-get install auditd (dnf install audit)'
        return
      fi
      set_service auditd enable
      set_service auditd start
      ;;
    log) set_service systemd-journald start ;;
    /*)
      mode=$(stat -L -c %a -- "$ROOT$1") || return 0
      set_mode "$ROOT$1" "$(printf '%04o' $((8#$mode & ~8#7)))"
      ;;
  esac
}

undo() {
  put_back
}
