# id: BKD-02
# title: A scheduled job does what back doors do
# severity: high
# rationale: A line in a crontab that downloads a program and runs it, unpacks one from base64, or starts one from /tmp or a
#   hidden folder brings an intruder back after everything else was cleaned away.
# references: ATT&CK T1053.003
# facts: packages
# needs: root for the crontabs of other people and the queue of at
# fix: G
# cuts: The named lines are not run any more. Whoever counts on such a job misses it.
# remedy: Read the line and find out who wrote it. If nobody did, comment it out, and look at what it has started and
#   brought to this machine before you delete that.
# timeout: 10 s

COMMANDS=${BASH_SOURCE[0]%/*}/commands.tsv

detect() {
  local file line why
  local -A bad=() lines=()
  local -a unread=()
  while IFS= read -r -d '' file; do
    [ -f "$file" ] || continue
    [ -r "$file" ] || unread+=("${file#"$ROOT"}")
  done < <(jobs_files)
  while IFS= read -r -d '' file && IFS= read -r line; do
    is_bad "$file" "${line#*:}" || continue
    bad[$file]=${bad[$file]-$why}
    lines[$file]=${lines[$file]+${lines[$file]}, }${line%%:*}
  done < <(jobs_files | lines_like_rules "$COMMANDS")
  for file in "${!bad[@]}"; do
    fail "${file#"$ROOT"}" "a job ${bad[$file]} (line ${lines[$file]})"
  done
  [ ${#unread[@]} -eq 0 ] || unknown 'jobs of other people' "${#unread[@]} files of jobs cannot be read without root"
  if [ "$IS_ROOT" = 0 ] && [ ${#unread[@]} -eq 0 ] && [ -d "$ROOT/var/spool/cron" ]; then
    unknown 'jobs of other people' 'their crontabs cannot be listed without root'
  fi
  look_new
  pass
}

# Crontabs that no package brought and that nobody has taken as known.
look_new() {
  local now line file
  now=$(jobs_files | unowned | xargs -0 -r sha256sum -- 2>/dev/null | sort)
  while IFS= read -r line; do
    file=${line#*  }
    # So it marks a name that holds a line break, which it writes as \n.
    case $line in \\*) printf -v file %b "$file" ;; esac
    { [ -n "$file" ] && [ -z "${bad[$file]-}" ]; } || continue
    fail -s low "${file#"$ROOT"}" 'it is new, or other than it was when this host was taken as known'
  done < <(comm -13 <(known_before || printf '%s\n' "$now") <(printf '%s\n' "$now"))
  remember <<<"$now"
}

jobs_files() {
  local file
  for file in "$ROOT"/etc/crontab "$ROOT"/etc/anacrontab "$ROOT"/etc/cron.*/* "$ROOT"/var/spool/cron/crontabs/* \
    "$ROOT"/var/spool/cron/* "$ROOT"/var/spool/at/* "$ROOT"/var/spool/cron/atjobs/*; do
    if [ -f "$file" ]; then printf '%s\0' "$file"; fi
  done
}

# is_bad FILE LINE: sets `why`. The time and, in crontabs of the system, the name of the user stand before the command.
is_bad() {
  local line=$2
  [[ $line =~ ^[[:space:]]*# ]] && return 1
  case ${1#"$ROOT"} in
  /etc/cron.d/* | /etc/crontab) [[ $line =~ ^[[:space:]]*(@[a-z]+|([0-9a-zA-Z*/,~-]+[[:space:]]+){5})[[:space:]]*[^[:space:]]+[[:space:]]+(.*) ]] && line=${BASH_REMATCH[3]} ;;
  /var/spool/cron/*) [[ $line =~ ^[[:space:]]*(@[a-z]+[[:space:]]|([0-9a-zA-Z*/,~-]+[[:space:]]+){5})(.*) ]] && line=${BASH_REMATCH[3]} ;;
  /etc/anacrontab) [[ $line =~ ^[[:space:]]*[0-9@][^[:space:]]*[[:space:]]+[0-9]+[[:space:]]+[^[:space:]]+[[:space:]]+(.*) ]] && line=${BASH_REMATCH[1]} ;;
  esac
  first_rule "$COMMANDS" "$line" && why=$RULE
}

fix() {
  local line why
  while IFS= read -r line || [ -n "$line" ]; do
    if is_bad "$1" "$line"; then printf '# off: %s\n' "$line"; else printf '%s\n' "$line"; fi
  done < <(cat -- "$ROOT$1") | set_file "$ROOT$1" may_be_empty
}

undo() { put_back; }
