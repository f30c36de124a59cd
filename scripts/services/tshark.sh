# tshark, which says what is in a capture, tcpdump, which makes some, and nfdump's nfpcapd, a peer of the analyser. Sourced.

readonly TSHARK='4.0.*'
readonly TCPDUMP='4.99.*'
readonly NFDUMP='1.7.*'

install_tshark() {
  local tool absent=
  for tool in tshark tcpdump nfpcapd ping ip; do command -v "$tool" >/dev/null 2>&1 || absent=yes; done
  if [[ -z "$absent" ]]; then
    say "$(tshark --version 2>/dev/null | sed -n 1p) is there"
    return
  fi
  # What would capture as everybody is not set up: that is a question of the installer, and the answer is no.
  apt_install "tshark=$TSHARK" "tcpdump=$TCPDUMP" "nfdump=$NFDUMP" iputils-ping iproute2 || die 'could not install tshark, tcpdump and nfdump'
}

install_tshark
