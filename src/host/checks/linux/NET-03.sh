# id: NET-03
# title: A network interface takes in what is meant for others
# severity: medium
# rationale: In promiscuous mode whoever runs a sniffer reads along what passes on the network. Bridges do that for their
#   work; a server that is none has no reason to.
# references: ATT&CK T1040
# needs: root for who does it
# facts: sockets
# fix: M
# remedy: See who holds a packet socket (ss -0 -p), and end it if nobody knows it; ip link set dev NAME promisc off.
# timeout: 5 s

# IFF_PROMISC of netdevice(7).
readonly PROMISCUOUS=0x100

detect() {
  local path name flags holders
  if [ ! -d "$ROOT/sys/class/net" ]; then
    unknown 'there is no /sys/class/net'
    return
  fi
  holders=$(packet_holders)
  for path in "$ROOT/sys/class/net"/*; do
    name=${path##*/}
    { read -r flags <"$path/flags"; } 2>/dev/null || continue
    ((flags & PROMISCUOUS)) || continue
    if [ -e "$path/brport" ] || [ -e "$path/bridge" ] || [ -e "$path/master" ] || [ -e "$path/tun_flags" ] || carries_others "$path"; then
      pass "interface:$name" "$name belongs to a bridge, a bond or a virtual machine"
    else
      fail "interface:$name" "$name is promiscuous; packet sockets are held by: ${holders:-nobody who was seen}"
    fi
  done
  pass
}

# carries_others PATH: what stands on it has addresses of its own there, as macvlan has, and a VLAN has not.
carries_others() {
  local upper
  for upper in "$1"/upper_*; do
    [ -e "$upper" ] && ! grep -qsx DEVTYPE=vlan "$upper/uevent" && return 0
  done
  return 1
}

packet_holders() {
  local protocol comm
  while read_fields protocol _ _ _ _ _ _ _ _ _ comm; do
    [ "$protocol" = packet ] && printf '%s\n' "${comm:-?}"
  done 2>/dev/null <"$FACTS/sockets" | sort -u | paste -sd' ' -
}
