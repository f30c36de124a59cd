# id: KRN-03
# title: Packets may name their own way through the network
# severity: medium
# rationale: With source routing the sender chooses the routers that a packet passes, and so gets around filters and
#   receives the answers to a forged address. Nothing in use today needs it.
# references: CIS Debian 12 3.3.8
# needs: nothing
# fix: A
# remedy: Set net.ipv4.conf.all.accept_source_route, net.ipv4.conf.default.accept_source_route and the same under
#   net.ipv6 to 0 in a file in /etc/sysctl.d; then run sysctl --system.
# timeout: 5 s

use kernel

detect() {
  [ -z "$CONTAINER" ] || { not_applicable 'the host of a container says what it accepts'; return; }
  judge_interfaces net.ipv4.conf.accept_source_route and 0 'source routed packets are accepted'
  # IPv6 knows values below 0 too, which accept still less.
  [ ! -d "$ROOT/proc/sys/net/ipv6" ] ||
    judge_interfaces net.ipv6.conf.accept_source_route min '0|-*' 'source routed IPv6 packets are accepted'
}

fix() {
  set_on_interfaces "${1#sysctl:}" 0
}

undo() {
  put_back
}
