# id: KRN-02
# title: ICMP redirects are sent or believed
# severity: medium
# rationale: A redirect tells a host to send its packets another way. Whoever shares a network with a host that believes
#   them can draw its traffic to himself; a host that is no router has no reason to send any.
# references: CIS Debian 12 3.3.2; CIS Debian 12 3.3.5; CIS Debian 12 3.3.6; ATT&CK T1557
# needs: nothing
# fix: A
# remedy: Set net.ipv4.conf.all.send_redirects, net.ipv4.conf.all.accept_redirects and
#   net.ipv6.conf.all.accept_redirects to 0, the same under conf.default and for each interface, in a file in
#   /etc/sysctl.d; then run sysctl --system.
# timeout: 5 s

use kernel

# secure_redirects has a say only where redirects are believed at all, and then 1 is the stricter value; so it is not
# judged by itself.
detect() {
  [ -z "$CONTAINER" ] || { not_applicable 'the host of a container says what it believes'; return; }
  judge_interfaces net.ipv4.conf.send_redirects or 0 'redirects are sent'
  judge_interfaces net.ipv4.conf.accept_redirects redirects 0 'redirects are believed'
  # Without IPv6 there is nothing to say of it.
  [ ! -d "$ROOT/proc/sys/net/ipv6" ] || judge_interfaces net.ipv6.conf.accept_redirects redirects 0 'ICMPv6 redirects are believed'
}

fix() {
  set_on_interfaces "${1#sysctl:}" 0
}

undo() {
  put_back
}
