# id: FW-02
# title: The firewall lets in what no rule speaks of
# severity: high
# rationale: A firewall that forbids single ports knows only the services of the day it was set up. One that lets in what
#   is named, and nothing else, stays right when a new service starts.
# references: CIS Debian 12 4.2.7; CIS Debian 12 4.3.8; CIS Debian 12 4.4.2.1; ATT&CK T1562.004
# needs: root
# facts: firewall sockets
# fix: G
# cuts: whoever uses a service that no rule names
# remedy: Name what is needed, then forbid the rest: ufw default deny incoming, firewall-cmd --set-default-zone=public, or
#   policy drop in the input chain of /etc/nftables.conf.
# timeout: 10 s

use firewall

detect() {
  local answer why
  firewall_seen || return
  if [ "$(firewall_chains)" = 0 ]; then
    not_applicable 'no firewall filters what comes in (FW-01)'
    return
  fi
  read -r answer why <<<"$(firewall_default 4)"
  if [ "$answer" = open ]; then
    fail firewall:ipv4 "a connection that no rule speaks of gets in: $why"
  else
    pass firewall:ipv4 "a connection that no rule speaks of is $answer: $why"
  fi
}

fix() {
  close_input
}

undo() {
  put_back
}
