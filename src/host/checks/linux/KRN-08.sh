# id: KRN-08
# title: Programs can be read out by others of the same person, or leave secrets in core files
# severity: medium
# rationale: Without a limit any program may read the memory of every other one of the same person: one bad package takes
#   the keys out of a running SSH agent. A core file of a privileged program holds what it knew.
# references: CIS Debian 12 1.5.2; CIS Debian 12 1.5.3; ATT&CK T1055.008
# needs: nothing
# fix: A
# remedy: Set kernel.yama.ptrace_scope to 1 and fs.suid_dumpable to 0 in a file in /etc/sysctl.d; then run
#   sysctl --system. Debuggers then attach to what they started themselves, or as root.
# timeout: 5 s

use kernel

# suid_dumpable 2 lets root alone read such files, and the kernel refuses it where they would lie anywhere.
detect() {
  [ -z "$CONTAINER" ] || { not_applicable 'a container has the kernel of its host'; return; }
  judge_sysctl kernel.yama.ptrace_scope '1|2|3'
  judge_sysctl fs.suid_dumpable '0|2'
}

fix() {
  case $1 in
    sysctl:kernel.yama.ptrace_scope) set_sysctl kernel.yama.ptrace_scope 1 ;;
    sysctl:fs.suid_dumpable) set_sysctl fs.suid_dumpable 0 ;;
  esac
}

undo() {
  put_back
}
