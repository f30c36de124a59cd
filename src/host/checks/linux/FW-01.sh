# id: FW-01
# title: No firewall filters what comes in
# severity: high
# rationale: Every service that starts listening, by a package or by mistake, is open to everybody who reaches this host.
# references: CIS Debian 12 4.2.3; CIS Debian 12 4.3.4; CIS Debian 12 4.3.9; ATT&CK T1190
# needs: root
# facts: firewall sockets
# fix: G
# cuts: whoever uses a service that is started later, until a rule lets him through
# remedy: Allow what is needed and turn a firewall on: ufw allow OpenSSH && ufw enable (Debian), or systemctl enable --now
#   firewalld (RHEL). On a cloud instance its security group may filter as well; that is not seen from here.
# timeout: 10 s

use firewall

detect() {
  local severity=high chains listeners
  firewall_seen || return
  chains=$(firewall_chains)
  listeners=$(outer_listeners | awk '$2 == "tcp" { print $3 }' | sort -nu | paste -sd, -)
  if [ "${chains:-0}" -gt 0 ]; then
    pass firewall:input "$chains chains look at what comes in"
    return
  fi
  [ -n "$listeners" ] || severity=low
  if have_fact firewall/nft || have_fact firewall/iptables; then
    fail -s "$severity" firewall:input "no chain looks at what comes in; TCP ports that listen for others: ${listeners:-none}"
  else
    fail -s "$severity" firewall:input "neither nft nor iptables is installed; TCP ports that listen for others: ${listeners:-none}"
  fi
}

fix() {
  close_input
}

undo() {
  put_back
}
