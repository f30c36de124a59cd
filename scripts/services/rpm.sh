# Debian's rpm, with which the tests make a root of the RHEL family for the host scanner. This machine stays one of dpkg. Sourced.

install_rpm() {
  command -v rpmbuild >/dev/null 2>&1 || apt_install rpm || die 'could not install rpm'
  say "$(rpm --version)"
}

install_rpm
