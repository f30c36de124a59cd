# nc, the plainest client of the chat line there is. Sourced.

install_netcat() {
  if command -v nc.openbsd >/dev/null 2>&1; then say 'nc (OpenBSD) is there'; return; fi
  apt_install 'netcat-openbsd=1.219*' || die 'could not install netcat-openbsd'
}

install_netcat
