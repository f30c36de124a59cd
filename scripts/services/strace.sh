# strace, by which test:faults sees in what order things reach the disk. Sourced.

install_strace() {
  if command -v strace >/dev/null 2>&1; then say "$(strace -V | head -n 1) is there"; return; fi
  apt_install strace || die 'could not install strace'
}

install_strace
