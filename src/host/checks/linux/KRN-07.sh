# id: KRN-07
# title: Addresses of programs in memory are not fully random
# severity: high
# rationale: Whoever exploits a flaw in a program must know where its code lies. With random addresses most attempts
#   end in a crash that somebody sees; without them the first one succeeds.
# references: CIS Debian 12 1.5.1; ATT&CK T1055
# applies: linux
# needs: nothing
# fix: A
# remedy: Run sysctl -w kernel.randomize_va_space=2, and write kernel.randomize_va_space = 2 into a file in /etc/sysctl.d.
# timeout: 5 s

detect() {
  local now saved
  if ! now=$(sysctl_now kernel.randomize_va_space); then
    unknown 'the kernel does not show kernel.randomize_va_space'
    return
  fi
  if [ "$now" != 2 ]; then
    fail sysctl:kernel.randomize_va_space "kernel.randomize_va_space is $now"
  elif saved=$(sysctl_saved kernel.randomize_va_space) && [ "$saved" != 2 ]; then
    fail sysctl:kernel.randomize_va_space "kernel.randomize_va_space is 2 now, and $saved after the next start"
  else
    pass sysctl:kernel.randomize_va_space "kernel.randomize_va_space is 2"
  fi
}

fix() {
  set_sysctl kernel.randomize_va_space 2
}

undo() {
  put_back
}
