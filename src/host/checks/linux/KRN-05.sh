# id: KRN-05
# title: The network of the kernel is not protected against floods and forged packets
# severity: medium
# rationale: SYN cookies keep a server reachable while it is flooded with half-open connections. Answers to broadcasts
#   make it a weapon against others. Packets with impossible addresses are the trace of somebody who forges them.
# references: CIS Debian 12 3.3.3; CIS Debian 12 3.3.4; CIS Debian 12 3.3.9; CIS Debian 12 3.3.10
# needs: nothing
# fix: A
# remedy: Set net.ipv4.tcp_syncookies, net.ipv4.icmp_echo_ignore_broadcasts,
#   net.ipv4.icmp_ignore_bogus_error_responses and net.ipv4.conf.all.log_martians to 1 in a file in /etc/sysctl.d; then
#   run sysctl --system.
# timeout: 5 s

use kernel

detect() {
  [ -z "$CONTAINER" ] || { not_applicable 'the host of a container protects its network'; return; }
  # A kernel may have been built without them.
  judge_sysctl net.ipv4.tcp_syncookies '1|2'
  judge_sysctl net.ipv4.icmp_echo_ignore_broadcasts 1
  judge_sysctl -s low net.ipv4.icmp_ignore_bogus_error_responses 1
  judge_interfaces -s low net.ipv4.conf.log_martians or 1 'impossible addresses are not written to the log'
}

fix() {
  case $1 in
    sysctl:net.ipv4.conf.log_martians) set_sysctl net.ipv4.conf.all.log_martians 1 ;;
    *) set_sysctl "${1#sysctl:}" 1 ;;
  esac
}

undo() {
  put_back
}
