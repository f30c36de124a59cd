#!/usr/bin/env bash
# Puts rules of a firewall in the place of those that are there, and takes that back unless somebody confirms it.
#
#   restore-rules.sh check FOLDER        whether the tools would take FOLDER/wanted.*
#   restore-rules.sh apply FOLDER WHICH  loads WHICH (wanted or before), each tool's rules as one
#   restore-rules.sh guard FOLDER S      loads "before" after S seconds, unless FOLDER/decided is there by then
#
# WHICH.tables: tables of nftables that go, one "family name" a line; WHICH.nft: those that come; WHICH.iptables and
# WHICH.ip6tables: as iptables-save wrote them. A file that is missing: that tool's rules stay.

set -u -o pipefail
umask 077
unset BASH_ENV ENV CDPATH GREP_OPTIONS POSIXLY_CORRECT TMPDIR
export LC_ALL=C PATH=/usr/sbin:/usr/bin:/sbin:/bin

verb=$1 folder=$2

# What goes is looked up now, since to delete what is no longer there would fail and leave everything.
nft_script() {
  local word family name
  nft list tables 2>/dev/null | while read -r word family name; do
    [ "$word" = table ] && grep -Fxq -- "$family $name" "$folder/$1.tables" && printf 'delete table %s %s\n' "$family" "$name"
  done
  cat -- "$folder/$1.nft"
}

# load WHICH [--check]: goes on with the next tool when one fails; its status says whether one did.
load() {
  local which=$1 check=${2-} status=0 tool
  if [ -e "$folder/$which.nft" ]; then
    # nft reads a script from stdin as a whole and hands it to the kernel as one transaction.
    nft_script "$which" | nft ${check:+-c} -f - || status=1
  fi
  for tool in iptables ip6tables; do
    [ -e "$folder/$which.$tool" ] || continue
    "$tool-restore" --wait 5 ${check:+--test} <"$folder/$which.$tool" || status=1
  done
  return $status
}

uptime_s() {
  local up
  read -r up _ </proc/uptime
  printf '%s' "${up%%.*}"
}

# The clock of the computer may be set meanwhile: its uptime may not.
guard() {
  local late=$(($(uptime_s) + $1)) attempt own
  # Whoever ends this on the way ends the chance to confirm: the rules go back at once.
  trap 'late=0' TERM
  trap '' HUP INT
  echo $$ >"$folder/guarding"
  while [ "$(uptime_s)" -lt "$late" ]; do
    # Gone, or the folder is that of a later restore: somebody has confirmed this one.
    read -r own 2>/dev/null <"$folder/guarding" && [ "$own" = $$ ] || return
    sleep 0.5
  done
  mkdir -- "$folder/decided" 2>/dev/null || return
  for attempt in 1 2 3 4 5; do
    if load before; then
      echo back >"$folder/outcome"
      return
    fi
    sleep "$attempt"
  done
  echo failed >"$folder/outcome"
}

# Loading can take longer than there was time to confirm: what came after the guard had put things back goes back as well.
# Whoever confirms takes the folder away with the next step.
apply() {
  load "$1" || return
  [ "$1" = wanted ] && [ -d "$folder/decided" ] || return 0
  sleep 1
  [ -d "$folder/decided" ] || return 0
  load before
  echo 'it took longer than there was time to confirm' >&2
  return 1
}

case $verb in
  check) load wanted --check ;;
  apply) apply "$3" ;;
  guard) guard "$3" ;;
  *) exit 2 ;;
esac
