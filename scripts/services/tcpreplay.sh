# tcpreplay, which sends captures over a wire, for the test of live capture and for bench/network-live.ts. Sourced.

readonly TCPREPLAY="4.4.3*"

install_tcpreplay() {
  if [ -x /usr/bin/tcpreplay ]; then say "tcpreplay is there"; return; fi
  apt_install "tcpreplay=$TCPREPLAY" || die "could not install tcpreplay"
}

install_tcpreplay
