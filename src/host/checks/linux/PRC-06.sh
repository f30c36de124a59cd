# id: PRC-06
# title: A process is hidden from the list of processes
# severity: critical
# rationale: Rootkits leave a process out of the list that ps and top read, or lay an empty folder over it. The kernel still
#   knows it by its number, and so do the groups that it counts processes in.
# references: ATT&CK T1014; ATT&CK T1564.013
# needs: root
# facts: processes
# fix: M
# remedy: Do not trust what this machine says any more. Keep its memory and its disk as they are, start it from another
#   medium, and set it up anew from what is known to be good.
# timeout: 20 s

# So many numbers are tried, from the last one that was given away downwards: about a second's worth.
MOST_TRIED=131072

detect() {
  local pid
  need_facts processes || return
  if others_hidden; then
    unknown 'the list of processes shows only our own (hidepid)'
    return
  fi
  local -A listed=() suspect=()
  list
  covered
  counted
  numbered
  # A second look at those that began or ended meanwhile.
  [ ${#suspect[@]} -eq 0 ] || { listed=() && list; }
  for pid in "${!suspect[@]}"; do
    [ -n "${listed[$pid]-}" ] && [ "${suspect[$pid]}" != covered ] && continue
    kill -0 "$pid" 2>/dev/null && tell "$pid" "${suspect[$pid]}"
  done
  pass
}

list() {
  local each
  for each in "$ROOT"/proc/[0-9]*; do listed[${each##*/}]=1; done
}

tell() {
  local name=''
  { IFS= read -r name <"$ROOT/proc/$1/comm"; } 2>/dev/null
  case $2 in
  covered) fail "process:${name:-covered}" "a mount covers /proc/$1, so that nobody sees what it is" ;;
  *) fail "process:${name:-hidden}" "the kernel knows process $1 ($2), and the list of processes does not" ;;
  esac
}

# Something mounted over the folder of a process.
covered() {
  local point
  while read -r _ _ _ _ point _; do
    [[ $point =~ ^/proc/([0-9]+)(/.*)?$ ]] && suspect[${BASH_REMATCH[1]}]=covered
  done <"$ROOT/proc/self/mountinfo"
}

# Those of other namespaces stand there as 0.
counted() {
  local pid
  while read -r pid; do
    [ "$pid" = 0 ] || [ -n "${listed[$pid]-}" ] || suspect[$pid]='by its control group'
  done < <(find "$ROOT/sys/fs/cgroup" -name cgroup.procs -exec cat {} + 2>/dev/null)
}

# Numbers begin anew when they have come to their end: what began before that has a higher one than the last.
numbered() {
  local last most top
  read -r _ _ _ _ last <"$ROOT/proc/loadavg"
  { read -r most <"$ROOT/proc/sys/kernel/pid_max"; } 2>/dev/null || most=$last
  try $((last > MOST_TRIED ? last - MOST_TRIED : 2)) "$last"
  top=$((most - MOST_TRIED + last))
  [ "$last" -ge "$MOST_TRIED" ] || try $((top > last ? top + 1 : last + 1)) "$most"
}

# try FIRST LAST: threads answer to a number too; their group is another.
try() {
  local pid key value
  while read -r pid; do
    [ -z "${listed[$pid]-}" ] || continue
    suspect[$pid]='by its number'
    while IFS=$':\t ' read -r key value; do
      if [ "$key" = Tgid ] && [ "$value" != "$pid" ]; then unset "suspect[$pid]"; fi
    done 2>/dev/null <"$ROOT/proc/$pid/status"
  done < <(comm -23 <(seq "$1" "$2" | sort) <(no_process "$1" "$2" | sort))
}

# no_process FIRST LAST: the numbers between them that are nobody's. Asked 4096 at a time, which is ten times as fast.
no_process() {
  local from to
  for ((from = $1; from <= $2; from = to + 1)); do
    to=$((from + 4095 < $2 ? from + 4095 : $2))
    # shellcheck disable=SC2046 # they are numbers
    kill -0 $(seq "$from" "$to")
  done 2>&1 | sed -n 's/.*kill: (\([0-9]*\)) - No such process$/\1/p'
}
