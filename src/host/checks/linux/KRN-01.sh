# id: KRN-01
# title: This host forwards packets, and nothing on it needs that
# severity: medium
# rationale: A host that forwards joins networks which its owner meant to keep apart, and lets whoever controls a
#   neighbour reach through it. Routers, container hosts, hosts of virtual machines and VPN gateways must forward.
# references: CIS Debian 12 3.3.1
# needs: nothing
# facts: processes
# fix: G
# cuts: whatever this host routes for others
# remedy: Unless this host is a router, run sysctl -w net.ipv4.ip_forward=0 net.ipv6.conf.all.forwarding=0, and write
#   both lines into a file in /etc/sysctl.d.
# timeout: 5 s

# What forwards because that is its work: programs, and interfaces that only such programs make.
readonly ROLES='dockerd containerd podman conmon libvirtd virtnetworkd lxd incusd kubelet k3s k3s-server crio openvpn
  tailscaled charon starter zebra bird bird6 bgpd ospfd netbird nebula zerotier-one systemd-nspawn'
readonly PORTS=(docker0 'virbr*' 'lxdbr*' 'lxcbr*' 'incusbr*' 'cni*' 'podman*' 'br-*' 'flannel*' 'cali*' 'wg*' 'tun*' 'zt*')

# role: what needs it, by a program that runs or an interface that is there; status 1 where nothing does.
role() {
  local comm path name port running
  running=$(commands_running)
  for comm in $ROLES; do
    [[ $running == *" $comm "* ]] && { printf '%s\n' "$comm"; return 0; }
  done
  for path in "$ROOT"/sys/class/net/*; do
    name=${path##*/}
    for port in "${PORTS[@]}"; do
      # shellcheck disable=SC2053 # the right side is a pattern
      [[ $name == $port ]] && { printf 'the interface %s\n' "$name"; return 0; }
    done
  done
  return 1
}

detect() {
  local key now saved for
  [ -z "$CONTAINER" ] || { not_applicable 'the host of a container says what it forwards'; return; }
  if ! now=$(sysctl_now net.ipv4.ip_forward); then
    unknown 'the kernel does not show net.ipv4.ip_forward'
    return
  fi
  for key in net.ipv4.ip_forward net.ipv6.conf.all.forwarding; do
    # Without IPv6 there is no such key.
    now=$(sysctl_now "$key") || continue
    saved=$(sysctl_saved "$key") || saved=$now
    if [ "$now" = 0 ] && [ "$saved" = 0 ]; then
      pass "sysctl:$key" "$key is 0"
    elif ! have_fact processes; then
      unknown "sysctl:$key" "$key is $now, and whether anything here needs it was not looked at"
    elif for=$(role); then
      pass "sysctl:$key" "$key is $now, as $for needs it"
    elif [ "$now" = 0 ]; then
      fail "sysctl:$key" "$key is 0 now, and $saved after the next start"
    else
      fail "sysctl:$key" "$key is $now, and nothing that runs here routes for others"
    fi
  done
}

fix() {
  set_sysctl "${1#sysctl:}" 0
}

undo() {
  put_back
}
