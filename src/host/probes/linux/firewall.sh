#!/usr/bin/env bash
# The rules of the firewall as each of its tools tells them: $FACTS/firewall/{nft,iptables,ip6tables,ufw,firewalld}. A file
# that is not there: no such tool. NAME.error: it is there and could not be asked; what it said. iptables-version says whether
# iptables writes tables of nftables.

out=$FACTS/firewall
mkdir -p -- "$out"

# ask NAME COMMAND...
ask() {
  local name=$1
  shift
  has "$1" || return 0
  if "$@" >"$out/$name.new" 2>"$out/$name.error"; then
    mv -- "$out/$name.new" "$out/$name"
    rm -f -- "$out/$name.error"
  else
    rm -f -- "$out/$name.new"
  fi
}

# A name that a service is looked up by could hang on a resolver: none is asked (-n).
firewalld() {
  if ! firewall-cmd --state >/dev/null 2>&1; then
    echo 'not running'
    return 0
  fi
  echo running
  firewall-cmd --list-all-zones
}

ask nft nft -n list ruleset &
ask iptables iptables-save &
ask iptables-version iptables --version &
ask ip6tables ip6tables-save &
ask ufw ufw status verbose &
has firewall-cmd && ask firewalld firewalld &
wait
