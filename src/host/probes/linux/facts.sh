#!/usr/bin/env bash
# $FACTS/host/{addresses,routes-4,rules-4,routes-6,rules-6,dns,hosts}: what facts/ is made of, as it was said or stands there, and
# NAME.error where it could not be asked. $FACTS/host/listeners: fields ended by NUL: protocol, address, port, user, process, exe,
# pid, 1 for a port that is only lent. It goes by the probe of processes.

out=$FACTS/host
mkdir -p -- "$out"
MOST=2097152

# ask NAME COMMAND...
ask() {
  local name=$1
  shift
  if ! has "$1"; then
    echo "$1 (iproute2) is missing" >"$out/$name.error"
  elif timeout -s KILL 10 "$@" >"$out/$name" 2>"$out/$name.error"; then
    rm -f -- "$out/$name.error"
  else
    rm -f -- "$out/$name"
    [ -s "$out/$name.error" ] || echo "it did not answer" >"$out/$name.error"
  fi
}

# text NAME PATH: its beginning. A pipe without a writer would be waited for; a host without the file asks nobody, which is known.
text() {
  if [ -f "$ROOT$2" ]; then
    head -c "$MOST" <"$ROOT$2" >"$out/$1" 2>"$out/$1.error" && rm -f -- "$out/$1.error"
  elif [ -e "$ROOT$2" ]; then
    echo 'it is no file' >"$out/$1.error"
  else
    : >"$out/$1"
  fi
}

ask addresses ip -json address show
ask routes-4 ip -json -4 route show table all
ask rules-4 ip -4 rule show
ask routes-6 ip -json -6 route show table all
ask rules-6 ip -6 rule show
text dns /etc/resolv.conf
text hosts /etc/hosts

declare -A user_of=() exe_of=() euid_of=()
while IFS=: read -r name _ uid _; do
  # Of two names with one number the first counts, as for the system.
  [[ $uid =~ ^[0-9]+$ ]] && [ -z "${user_of[$uid]+known}" ] && user_of[$uid]=$name
done 2>/dev/null <"$ROOT/etc/passwd"
first=32768 last=60999
read -r first last 2>/dev/null <"$ROOT/proc/sys/net/ipv4/ip_local_port_range"

program() {
  exe_of[$pid]=$exe
  euid_of[$pid]=$euid
}
each_process program

listener() {
  local owner=$uid passing=0
  case $protocol:$state in *:LISTEN | udp*:CLOSE) ;; *) return ;; esac
  [ -n "$pid" ] && owner=${euid_of[$pid]-$uid}
  case $protocol in udp*) ((local_port >= first && local_port <= last)) && passing=1 ;; esac
  printf '%s\0' "$protocol" "$local_address" "$local_port" "${user_of[$owner]-$owner}" "$comm" "${exe_of[${pid:-none}]-}" "$pid" \
    "$passing"
}
each_socket listener >"$out/listeners"
