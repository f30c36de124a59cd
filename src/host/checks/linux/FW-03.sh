# id: FW-03
# title: The firewall watches IPv4, and IPv6 is open
# severity: high
# rationale: Most services listen on both. Whoever is kept out at the one address comes in at the other.
# references: CIS Debian 12 4.4.3.1; ATT&CK T1190
# needs: root
# facts: firewall sockets
# fix: G
# cuts: whoever uses a service over IPv6 that no rule names
# remedy: Give IPv6 the same rules: table inet in nftables holds both, ip6tables is apart from iptables, and ufw needs IPV6=yes
#   in /etc/default/ufw.
# timeout: 10 s

use firewall

detect() {
  local four six why
  firewall_seen || return
  if ! awk '$6 != "lo" { found = 1 } END { exit !found }' "$ROOT/proc/net/if_inet6" 2>/dev/null; then
    not_applicable 'no interface has an address of IPv6'
    return
  fi
  four=$(firewall_default 4)
  read -r six why <<<"$(firewall_default 6)"
  if [[ $four == open* ]]; then
    not_applicable 'IPv4 is open as well (FW-01, FW-02)'
  elif [ "$six" = open ]; then
    fail firewall:ipv6 "a connection over IPv6 that no rule speaks of gets in: $why"
  else
    pass firewall:ipv6 "a connection over IPv6 that no rule speaks of is $six: $why"
  fi
}

fix() {
  close_input
}

undo() {
  put_back
}
