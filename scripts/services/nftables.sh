# Debian's nftables and iptables, by which the host scanner sees the rules of a firewall. Installing them turns no rules on.
# Sourced.

install_nftables() {
  if command -v nft >/dev/null 2>&1 && command -v iptables-save >/dev/null 2>&1; then say "$(nft --version) is there"; return; fi
  apt_install nftables iptables || die 'could not install nftables and iptables'
}

install_nftables
