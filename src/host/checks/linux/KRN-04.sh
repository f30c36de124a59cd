# id: KRN-04
# title: Packets with a forged sender are not dropped
# severity: low
# rationale: The reverse path filter drops what claims an address that could not have come in by this interface. Without
#   it a stranger can send as if from the inner network.
# references: CIS Debian 12 3.3.7
# needs: nothing
# fix: G
# cuts: whoever reaches this host by another way than it answers (several providers, asymmetric routes)
# remedy: Set net.ipv4.conf.all.rp_filter to 1, or to 2 where answers may take another way than questions, in a file in
#   /etc/sysctl.d; then run sysctl --system.
# timeout: 5 s

use kernel

detect() {
  [ -z "$CONTAINER" ] || { not_applicable 'the host of a container filters for it'; return; }
  judge_interfaces net.ipv4.conf.rp_filter max '1|2' 'forged senders are let in'
}

# 2 where several ways lead out: strictness would drop good packets there.
fix() {
  local ways
  ways=$(awk '$2 == "00000000" && $8 == "00000000"' "$ROOT/proc/net/route" 2>/dev/null | wc -l)
  set_sysctl net.ipv4.conf.all.rp_filter $((ways > 1 ? 2 : 1))
}

undo() {
  put_back
}
