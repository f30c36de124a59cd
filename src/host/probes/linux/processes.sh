#!/usr/bin/env bash
# $FACTS/processes and $FACTS/sockets, as probes/process-table.ts and probes/socket-table.ts write them, for a host without the
# program that runs the checks otherwise; and $FACTS/closed, the number of processes that do not show what they hold; -1: those of
# others are not even listed (hidepid, proc(5)).

set -f
proc=$ROOT/proc
TICKS_A_SECOND=100 # USER_HZ, which Linux fixes at 100 for what it tells programs.
PF_KTHREAD=0x00200000
MAX_COMMAND_LINE=8192

boot=0
while read -r word value _; do
  [ "$word" = btime ] && boot=$value
done 2>/dev/null <"$proc/stat"

pids=()
set +f
for folder in "$proc"/[0-9]*; do
  [[ ${folder##*/} =~ ^[0-9]+$ ]] && pids+=("${folder##*/}")
done
set -f
[ ${#pids[@]} -gt 0 ] || {
  : >"$FACTS/processes"
  : >"$FACTS/sockets"
  echo 0 >"$FACTS/closed"
  return 0
}

# All links at once: a program for each would take minutes.
declare -A exe_of=() cwd_of=() sockets_of=()
while IFS= read -r -d '' path && IFS= read -r -d '' target; do
  case $path in
  */exe) exe_of[${path%%/*}]=$target ;;
  */cwd) cwd_of[${path%%/*}]=$target ;;
  esac
done < <(
  cd "$proc" && { printf '%s/exe\0' "${pids[@]}"; printf '%s/cwd\0' "${pids[@]}"; } |
    xargs -0 -r -n 2000 sh -c 'exec find "$@" -maxdepth 0 -type l -printf "%p\0%l\0"' sh 2>/dev/null
)
while read -r path target; do
  pid=${path%%/*}
  sockets_of[$pid]+="${target//[!0-9]/} ${path##*/} "
done < <(
  cd "$proc" && printf '%s/fd\0' "${pids[@]}" |
    xargs -0 -r -n 2000 sh -c 'exec find "$@" -mindepth 1 -maxdepth 1 -lname "socket:\[*" -printf "%p %l\n"' sh 2>/dev/null |
    sort
)

# command_line PID: into `cmdline`, at most so many bytes, NUL between words as a blank and none at the end.
command_line() {
  local -a words=()
  local word end=0
  cmdline=''
  { mapfile -d '' -t -n "$MAX_COMMAND_LINE" words <"$proc/$1/cmdline"; } 2>/dev/null
  for word in ${words[@]+"${words[@]}"}; do
    [ ${#cmdline} -lt "$MAX_COMMAND_LINE" ] || break
    cmdline+=$word
    [ -n "$word" ] && end=${#cmdline}
    cmdline+=' '
  done
  [ "$end" -le "$MAX_COMMAND_LINE" ] || end=$MAX_COMMAND_LINE
  cmdline=${cmdline:0:end}
}

declare -A holders=() name_of=()
closed=0
for pid in "${pids[@]}"; do
  stat='' uid='' euid=''
  { IFS= read -r -d '' stat <"$proc/$pid/stat"; } 2>/dev/null
  [ -n "$stat" ] || continue
  while read -r word real effective _; do
    [ "$word" = Uid: ] || continue
    uid=$real euid=$effective
    break
  done 2>/dev/null <"$proc/$pid/status"
  [ -n "$uid" ] || continue
  # The name stands in brackets and may itself hold brackets, spaces and line breaks.
  rest=${stat##*)}
  # shellcheck disable=SC2206 # numbers and one letter
  fields=(${rest# })
  name=${stat#*\(}
  name=${name%)*}
  kernel=0
  (((fields[6] & PF_KTHREAD) != 0)) && kernel=1
  exe=${exe_of[$pid]-}
  deleted=0
  if [[ $exe == *' (deleted)' ]]; then
    # A file can be called “x (deleted)”; one that was deleted has no name left.
    count=$(stat -L -c %h -- "$proc/$pid/exe" 2>/dev/null)
    [ "${count:-0}" = 0 ] && deleted=1
    exe=${exe%' (deleted)'}
  fi
  if [ "$kernel" = 0 ]; then
    if [ -r "$proc/$pid/fd" ]; then
      # shellcheck disable=SC2206 # numbers
      held=(${sockets_of[$pid]-})
      for ((at = 0; at + 1 < ${#held[@]}; at += 2)); do
        holders[${held[at]}]+="$pid ${held[at + 1]} "
      done
    elif [ -e "$proc/$pid/fd" ]; then
      closed=$((closed + 1))
    fi
  fi
  name_of[$pid]=$name
  command_line "$pid"
  printf '%s\0' "$pid" "${fields[1]}" "$uid" "$euid" "$((boot + fields[19] / TICKS_A_SECOND))" \
    "$(((fields[11] + fields[12]) / TICKS_A_SECOND))" "$kernel" "${fields[0]}" "$name" "$exe" "$deleted" "${cwd_of[$pid]-}" \
    "${fields[4]}" "$cmdline"
done >"$FACTS/processes.new"
mv -- "$FACTS/processes.new" "$FACTS/processes"

# socket_lines PROTOCOL: of the kernel's list, `state address port address port uid inode`, with - for an empty field.
socket_lines() {
  awk -v protocol="$1" '
    function hex(text,    at, sum) {
      sum = 0
      text = tolower(text)
      for (at = 1; at <= length(text); at++) sum = sum * 16 + index("0123456789abcdef", substr(text, at, 1)) - 1
      return sum
    }
    # Words of four bytes in the order of the machine, which is little-endian wherever we run.
    function swapped(text,    at, out) {
      out = ""
      for (at = 1; at < length(text); at += 8)
        out = out substr(text, at + 6, 2) substr(text, at + 4, 2) substr(text, at + 2, 2) substr(text, at, 2)
      return out
    }
    function dotted(text) {
      return hex(substr(text, 1, 2)) "." hex(substr(text, 3, 2)) "." hex(substr(text, 5, 2)) "." hex(substr(text, 7, 2))
    }
    # RFC 5952
    function address(text,    at, group, run, best, from, out) {
      text = tolower(swapped(text))
      if (length(text) == 8) return dotted(text)
      if (substr(text, 1, 24) == "00000000000000000000ffff") return "::ffff:" dotted(substr(text, 25))
      best = 0
      for (at = 8; at >= 1; at--) {
        group[at] = substr(text, at * 4 - 3, 4)
        sub(/^0+/, "", group[at])
        if (group[at] == "") group[at] = "0"
        run = group[at] == "0" ? run + 1 : 0
        if (run >= best && run > 0) { best = run; from = at }
      }
      out = ""
      if (best < 2) from = 9
      for (at = 1; at <= 8; at++) {
        if (at == from) { out = out "::"; at += best - 1; continue }
        out = out (out == "" || out ~ /::$/ ? "" : ":") group[at]
      }
      return out
    }
    BEGIN {
      split("ESTABLISHED SYN_SENT SYN_RECV FIN_WAIT1 FIN_WAIT2 TIME_WAIT CLOSE CLOSE_WAIT LAST_ACK LISTEN CLOSING NEW_SYN_RECV", states, " ")
    }
    NR == 1 { next }
    protocol == "packet" { if ($9 != "") print "-", "-", 0, "-", 0, $8, $9; next }
    {
      split($2, here, ":")
      split($3, there, ":")
      if (length(here[1]) != 8 && length(here[1]) != 32 || length(there[1]) != 8 && length(there[1]) != 32) next
      state = states[hex($4)]
      print (state == "" ? "-" : state), address(here[1]), hex(here[2]), address(there[1]), hex(there[2]), $8, $10
    }
  ' "$proc/net/$1" 2>/dev/null
}

for protocol in tcp tcp6 udp udp6 raw raw6 packet; do
  while read -r state here here_port there there_port uid inode; do
    [ "$state" = - ] && state=''
    [ "$here" = - ] && here='' there=''
    # shellcheck disable=SC2206 # numbers
    held=(${holders[${inode:-none}]-})
    if [ ${#held[@]} = 0 ]; then
      printf '%s\0' "$protocol" "$state" "$here" "$here_port" "$there" "$there_port" "$uid" "$inode" '' '' ''
    fi
    for ((at = 0; at + 1 < ${#held[@]}; at += 2)); do
      printf '%s\0' "$protocol" "$state" "$here" "$here_port" "$there" "$there_port" "$uid" "$inode" \
        "${held[at]}" "${held[at + 1]}" "${name_of[${held[at]}]}"
    done
  done < <(socket_lines "$protocol")
done >"$FACTS/sockets.new"
mv -- "$FACTS/sockets.new" "$FACTS/sockets"
# The first process is somebody else's to all but root, and is there as long as the machine runs.
if [ -z "${name_of[1]-}" ] && grep -qsE '^[^ ]+ /proc proc [^ ]*hidepid=[^0o]' "$proc/self/mounts"; then
  closed=-1
fi
echo "$closed" >"$FACTS/closed"
