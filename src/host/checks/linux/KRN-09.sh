# id: KRN-09
# title: The kernel tells everybody what helps to attack it
# severity: low
# rationale: Addresses of the kernel and its log help whoever writes an exploit; programs in the kernel (BPF) that anybody
#   may load have been one again and again. Without protected links a file in /tmp can lead a program of root astray.
# references: Lynis KRNL-6000; ATT&CK T1068
# needs: nothing
# fix: A
# remedy: Set kernel.kptr_restrict, kernel.dmesg_restrict, fs.protected_hardlinks, fs.protected_symlinks to 1,
#   fs.protected_fifos, fs.protected_regular and kernel.unprivileged_bpf_disabled to 2 in a file in /etc/sysctl.d; then
#   run sysctl --system.
# timeout: 5 s

use kernel

detect() {
  [ -z "$CONTAINER" ] || { not_applicable 'a container has the kernel of its host'; return; }
  judge_sysctl kernel.kptr_restrict '1|2'
  judge_sysctl kernel.dmesg_restrict 1
  judge_sysctl kernel.unprivileged_bpf_disabled '1|2'
  judge_sysctl fs.protected_hardlinks 1
  judge_sysctl fs.protected_symlinks 1
  judge_sysctl fs.protected_fifos '1|2'
  judge_sysctl fs.protected_regular '1|2'
}

# unprivileged_bpf_disabled 1 could not be taken back before the next start; 2 can.
fix() {
  case $1 in
    sysctl:kernel.unprivileged_bpf_disabled | sysctl:fs.protected_fifos | sysctl:fs.protected_regular)
      set_sysctl "${1#sysctl:}" 2
      ;;
    *) set_sysctl "${1#sysctl:}" 1 ;;
  esac
}

undo() {
  put_back
}
