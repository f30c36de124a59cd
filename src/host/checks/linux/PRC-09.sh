# id: PRC-09
# title: A program that no package brought reads packets off the network
# severity: high
# rationale: A program with a packet or raw socket sees traffic past the firewall and every list of open ports; back doors
#   such as BPFDoor wait like that for one magic packet.
# references: ATT&CK T1205; ATT&CK T1040
# needs: root
# facts: processes sockets packages
# fix: M
# remedy: Look at the program and who started it. If nobody knows it, keep a copy (cp /proc/PID/exe FILE), then end it.
# timeout: 10 s

detect() {
  need_facts processes sockets packages/files || return
  local -A exe_of=() deleted_of=() holders=() nobody=()
  each_process know
  each_socket look
  judge
  pass
}

know() {
  exe_of[$pid]=$exe
  deleted_of[$pid]=$deleted
}

look() {
  case $protocol in packet | raw | raw6) ;; *) return ;; esac
  if [ -z "$pid" ]; then nobody[$protocol]=1; else holders[$pid]=${holders[$pid]-$protocol}; fi
}

judge() {
  local pid exe kind
  local -A pids=()
  for pid in "${!holders[@]}"; do
    exe=${exe_of[$pid]-}
    # It ended meanwhile.
    [ -n "$exe" ] || continue
    case $exe in /memfd:*) ;; *) [ "${deleted_of[$pid]}" = 1 ] || { pids[$exe]=$pid && continue; } ;; esac
    owned "$exe" || fail "process:$exe" "it has a ${holders[$pid]} socket and its file is gone (pid $pid)"
  done
  if [ ${#pids[@]} -gt 0 ]; then
    while IFS= read -r -d '' exe; do
      pid=${pids[$exe]}
      if is_contained "$pid"; then
        fail -s low "process:$exe" "a program in a container has a ${holders[$pid]} socket on the network of this host (pid $pid)"
      else
        fail "process:$exe" "it has a ${holders[$pid]} socket, and no package brought it (pid $pid)"
      fi
    done < <(printf '%s\0' "${!pids[@]}" | unowned)
  fi
  for kind in "${!nobody[@]}"; do
    unknown "socket:$kind" "a $kind socket is open, and no process shows that it holds it"
  done
}
