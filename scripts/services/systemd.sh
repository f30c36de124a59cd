# systemd-analyze from Debian, which reads units without starting any. Sourced.

install_systemd() {
  if command -v systemd-analyze >/dev/null 2>&1; then say "$(systemd-analyze --version | sed -n 1p) is there"; return; fi
  apt_install systemd || die 'could not install systemd'
}

install_systemd
