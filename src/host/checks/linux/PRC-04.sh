# id: PRC-04
# title: A shell reads its commands from a network connection
# severity: critical
# rationale: A shell whose input or output is a connection is a reverse shell: somebody far away types into it. SSH gives
#   its shells a terminal or a pipe, never the connection itself.
# references: ATT&CK T1059.004
# needs: root for processes of other people
# facts: processes sockets packages
# fix: G
# cuts: The shell stands still until it is let go on, and whoever types into it is cut off.
# remedy: Keep what ss -tupn and ps -ef show of it. Close the way it came in (look at its parent), then end it.
# timeout: 10 s

detect() {
  need_facts processes sockets packages/files || return
  local -A exe_of=() parent_of=() stopped_of=() began_at=() told=()
  each_process know
  each_socket judge
  pass
}

know() {
  exe_of[$pid]=${exe:-$comm}
  parent_of[$pid]=$ppid
  stopped_of[$pid]=$stopped
  began_at[$pid]=$start_s
}

# is_typed_into: whether the socket at hand is the input or output of a shell, and no server handed it over; sets `program`.
is_typed_into() {
  case $protocol:$fd in tcp*:[0-2] | udp*:[0-2]) ;; *) return 1 ;; esac
  program=${exe_of[$pid]-$comm}
  is_shell "${program##*/}" && ! is_served "${parent_of[$pid]-0}"
}

judge() {
  local program there stopped
  is_typed_into && [ -z "${told[$pid]-}" ] || return
  told[$pid]=1
  stopped=${stopped_of[$pid]-}
  there="$remote_address port $remote_port"
  [ "$state" = LISTEN ] && there="whoever calls port $local_port"
  fail_process "process:$program:$remote_address" "descriptor $fd of it is a connection with $there (pid $pid, account $uid)"
}

is_shell() {
  local name=${1%% *}
  case ${name%%[0-9.]*} in
  sh | bash | dash | ash | zsh | ksh | mksh | csh | tcsh | fish | busybox | python | perl | ruby | php | lua | luajit | tclsh | expect | node | nc | ncat | socat) ;;
  *) return 1 ;;
  esac
}

# Servers that hand a connection to whatever they start; named by their file, which a package must have brought.
is_served() {
  local exe=${exe_of[$1]-}
  case ${exe##*/} in
  inetd | xinetd | tcpserver | rshd | in.* | s6-tcpserver* | systemd-socket-activate) owned "$exe" ;;
  systemd) [ "$1" = 1 ] && of_a_socket_unit ;;
  *) return 1 ;;
  esac
}

# A unit that systemd starts for each connection has the connection in its name: name@1-10.0.0.1:22-10.0.0.2:4000.service.
of_a_socket_unit() { grep -qsE '@[0-9]+[^/]*\.service' "$ROOT/proc/$pid/cgroup"; }

fix() {
  local wanted=$1
  local -A exe_of=() parent_of=() stopped_of=() began_at=()
  each_process know
  each_socket stop
}

stop() {
  local program
  is_typed_into && [ "process:$program:$remote_address" = "$wanted" ] && [ -n "${began_at[$pid]-}" ] || return
  signal_process "$pid" "${began_at[$pid]}" STOP
  # It may have the connection as input and as output.
  unset "began_at[$pid]"
}

undo() { put_back; }
