# id: BKD-03
# title: Others than root can change or read scheduled jobs
# severity: medium
# rationale: Cron runs these files as root. Whoever can write to one of them, or to a folder of them, is root an hour later.
#   Reading them shows what runs when, and sometimes a password.
# references: CIS Debian 12 2.4.1.2-2.4.1.7; ATT&CK T1053.003
# needs: nothing
# fix: A
# remedy: Run chown root:root and chmod 0600 on the file, or chmod 0700 on the folder.
# timeout: 10 s

detect() {
  local mode owner group path count=0
  while read_fields mode owner group path; do
    count=$((count + 1))
    path=${path#"$ROOT"}
    mode=$((8#$mode))
    if [ "$owner" != 0 ]; then
      fail -s high "$path" "it belongs to account $owner, and root runs it"
    elif ((mode & 8#002)); then
      fail -s high "$path" "everybody can write to it, and root runs it"
    elif ((mode & 8#020)) && [ "$group" != 0 ]; then
      fail -s high "$path" "group $group can write to it, and root runs it"
    elif ((mode & 8#077)) && is_top "$path"; then
      fail -s low "$path" "others can read it: its mode is $(printf '%04o' $((mode & 8#7777)))"
    fi
  done < <(
    set -- "$ROOT"/etc/crontab "$ROOT"/etc/cron.*
    find "$@" -maxdepth 1 ! -type l -printf '%m\0%U\0%G\0%p\0' 2>/dev/null
  )
  if [ $count -eq 0 ]; then not_applicable 'cron is not installed'; else pass; fi
}

# CIS names these; what lies in them is out of reach once they are closed.
is_top() { case $1 in /etc/crontab | /etc/cron.d | /etc/cron.hourly | /etc/cron.daily | /etc/cron.weekly | /etc/cron.monthly | /etc/cron.yearly) ;; *) return 1 ;; esac }

fix() {
  set_owner "$ROOT$1" root:root
  # What is run, or is a folder, stays so for root.
  if [ -x "$ROOT$1" ]; then set_mode "$ROOT$1" 0700; else set_mode "$ROOT$1" 0600; fi
}

undo() { put_back; }
