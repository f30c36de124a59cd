# nmap, which scans ports, for the tests that must see it do so. Sourced.

readonly NMAP="7.9*"

install_nmap() {
  if [ -x /usr/bin/nmap ]; then say "nmap is there"; return; fi
  apt_install "nmap=$NMAP" || die "could not install nmap"
}

install_nmap
