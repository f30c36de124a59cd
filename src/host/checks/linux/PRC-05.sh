# id: PRC-05
# title: A program mines coins
# severity: high
# rationale: Mining is what most break-ins into servers are for. It is known by its name, by the words it is started with,
#   or by taking a processor for itself while it is connected to a port of mining pools.
# references: ATT&CK T1496
# needs: root for processes of other people
# facts: processes sockets
# fix: G
# cuts: The process stands still until it is let go on.
# remedy: Look at what started it (its parent, crontabs, units), close that, then end the process and remove its file.
# timeout: 10 s

MINERS=${BASH_SOURCE[0]%/*}/miners.tsv
# Of one processor, since it was started; what has run for less than a minute is not judged by it.
BUSY_PERCENT=50
BUSY_AFTER_S=60
READERS='(grep|rg|ag|ack|sed|[mg]?awk|less|more|vim?|nano|find|ausearch|journalctl|man)'
# One of these as somebody else, or in a shell.
ASKING="^([^ ]*/)?(sudo|doas|[a-z]*sh -[a-z]*c) ([^ ]*/)?$READERS "

detect() {
  need_facts processes sockets || return
  local -A told=()
  know_miners
  each_process judge
  pass
}

# know_miners: what `mines` goes by, of the same moment whenever it is asked.
know_miners() {
  local kind value
  names='' words=''
  declare -gA pool_port=() talks=()
  while IFS=$'\t' read -r kind value; do
    case $kind in
    name) names=$names${names:+|}$value ;;
    words) words=$words${words:+|}$value ;;
    port) pool_port[$value]=1 ;;
    esac
  done <"$MINERS"
  now=$(stat -c %Y -- "$FACTS/processes")
  each_socket talk
}

talk() {
  [ "$state" = ESTABLISHED ] && [ -n "$pid" ] && [ -n "${pool_port[$remote_port]-}" ] || return
  case $remote_address in 127.* | ::1 | ::ffff:127.*) ;; *) talks[$pid]=$remote_port ;; esac
}

# mines: whether the process at hand does; sets `why` to what it is known by. Another of the same program may be at honest work.
mines() {
  local program=${exe##*/} age
  [ "$kernel" = 0 ] || return
  if [[ ${program:-$comm} =~ ^$names ]] || [[ $comm =~ ^$names ]]; then
    why='it is called like a program that mines'
  # Whoever looks for such words has them on the command line too.
  elif ! [[ ${program:-$comm} =~ ^$READERS$ ]] && ! [[ $cmdline =~ $ASKING ]] && [[ $cmdline =~ $words ]]; then
    why="it was started with ${BASH_REMATCH[0]}"
  elif [ -n "${talks[$pid]-}" ]; then
    age=$((now - start_s))
    ((age >= BUSY_AFTER_S && cpu_s * 100 >= age * BUSY_PERCENT)) || return
    why="it is connected to port ${talks[$pid]} and took $((cpu_s * 100 / age)) % of a processor since it was started"
  else
    return 1
  fi
}

judge() {
  local why
  mines && [ -z "${told[$exe$comm$stopped]-}" ] || return
  told[$exe$comm$stopped]=1
  fail_process "process:${exe:-$comm}" "$why (pid $pid, account $uid)"
}

fix() {
  local wanted=$1
  know_miners
  each_process stop
}

stop() {
  local why
  if [ "process:${exe:-$comm}" = "$wanted" ] && mines; then signal_process "$pid" "$start_s" STOP; fi
}

undo() { put_back; }
