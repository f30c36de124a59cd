# strace, by which test:faults sees in what order things reach the disk. Sourced.

install_strace() {
  if command -v strace >/dev/null 2>&1; then say "$(strace -V | sed -n 1p) is there"; return; fi
  apt_install strace || die 'could not install strace'
}

install_strace
