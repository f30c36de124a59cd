#!/usr/bin/env bash
# Looks at this host with the checks beside it, and writes what they said into one file. Needs bash 4.4 and the usual tools
# (coreutils, findutils, grep, sed, awk). Changes nothing, and asks nobody over the network but what a check itself asks.
#
#   sudo bash holdfast-scan.sh [--to DIR]
#
# The file goes into DIR, else beside this script, with the right to read it for you alone; nothing is replaced. Take it to where
# Holdfast runs: holdfast host report --import FILE. What it holds line by line stands in docs/host-result.md there.

if [ -z "${HOLDFAST_SCAN-}" ]; then
  # Nothing of the caller's environment reaches what is run.
  exec /usr/bin/env -i HOLDFAST_SCAN=1 HOLDFAST_SCAN_FROM="$PWD" LC_ALL=C PATH=/usr/sbin:/usr/bin:/sbin:/bin /bin/bash -p "$0" "$@"
fi

set -u -o pipefail
umask 077
# 10,000 findings of 400 bytes, as where checks run otherwise; rules of a firewall.
MOST_ANSWER=4194304
MOST_RULES=4194304
PROBE_TIMEOUT_S=60

stop() {
  printf 'holdfast-scan: %s\n' "$1" >&2
  exit "${2-3}"
}

[ "${BASH_VERSINFO[0]}" -gt 4 ] || { [ "${BASH_VERSINFO[0]}" = 4 ] && [ "${BASH_VERSINFO[1]}" -ge 4 ]; } ||
  stop "bash $BASH_VERSION is too old: 4.4 or later is needed"
for tool in awk base64 comm cut date find grep head mktemp readlink sed sha256sum sort stat tail timeout tr uname wc xargs; do
  command -v "$tool" >/dev/null || stop "$tool is missing"
done

to='' root=''
while [ $# -gt 0 ]; do
  case $1 in
  # --root is for tests, and not for the disk of another: what bash reckons with it also runs.
  --to | --root)
    [ $# -gt 1 ] || stop "$1 needs a folder" 2
    case $2 in /*) value=$2 ;; *) value=$HOLDFAST_SCAN_FROM/$2 ;; esac
    [ -d "$value" ] || stop "$1 $2: there is no such folder" 2
    if [ "$1" = --to ]; then to=$value; else root=$value; fi
    shift 2
    ;;
  *)
    printf 'usage: sudo bash holdfast-scan.sh [--to DIR]\n\n  --to DIR    put the result there instead of beside this script\n' >&2
    [ "$1" = --help ] && exit 0
    exit 2
    ;;
  esac
done
here=$(readlink -f -- "$0") || stop "it cannot be seen where $0 lies"
here=${here%/*}
to=$(readlink -f -- "${to:-$here}")
[ -z "$root" ] || root=$(readlink -f -- "$root")
[ "$root" = / ] && root=''

# others_can_write PATH: says why somebody but root and the caller could change it, or put another in its place; status 1 if nobody.
# Above it a sticky folder, like /tmp, keeps what is in it.
others_can_write() {
  local path=$1 owner mode above=0
  while :; do
    read -r owner mode < <(stat -c '%u %a' -- "$path") || return 1
    if [ "$owner" != 0 ] && [ "$owner" != "$EUID" ]; then
      printf '%s belongs to user %s\n' "$path" "$owner"
      return 0
    fi
    if (((8#$mode & 8#022) != 0)) && ! { [ "$above" = 1 ] && (((8#$mode & 8#1000) != 0)); }; then
      printf '%s can be written by others\n' "$path"
      return 0
    fi
    [ "$path" != / ] || return 1
    above=1
    path=${path%/*}
    path=${path:-/}
  done
}

if why=$(others_can_write "$here"); then
  stop "$why, so that others could change what is run here with your rights; unpack the archive elsewhere"
fi
if why=$(others_can_write "$to"); then
  stop "$why; give a folder that is yours alone: --to DIR"
fi
cd -- "$here" || stop "$here cannot be entered"
sha256sum --status -c SHA256SUMS 2>/dev/null || stop "a file beside $0 is not what the archive was made with; unpack it anew"

declare -A setting=()
while IFS=$'\t' read -r name value; do setting[$name]=$value; done <settings.tsv

# now_ms VARIABLE: since the start of this computer, since clocks are set meanwhile.
now_ms() {
  local up
  read -r up _ </proc/uptime
  printf -v "$1" %s "$((10#${up/./} * 10))"
}
start=0
now_ms start

# --- One result, and nothing left behind ---------------------------------------------------------------------------

result=$to/holdfast-$(uname -n | tr -c 'A-Za-z0-9.\n-' _)-$(date -u +%Y%m%dT%H%M%SZ).jsonl
command -v gzip >/dev/null && result+=.gz
# Made before anything is looked at, so that it is known whether it can be written; never in the place of another.
(set -C && : >"$result") 2>/dev/null || stop "$result cannot be made; give another folder: --to DIR"
temp=''
done_with_it=0
clean() {
  local pid
  trap '' HUP INT TERM
  # Those that still run: the number of one that is gone may be somebody else's by now.
  for pid in $(jobs -pr); do kill -TERM "$pid" 2>/dev/null; done
  wait
  [ -z "$temp" ] || rm -rf -- "$temp"
  [ "$done_with_it" = 1 ] || rm -f -- "$result"
}
trap clean EXIT
trap 'exit 143' HUP INT TERM
temp=$(mktemp -d /tmp/holdfast-scan.XXXXXXXX) || stop 'no temporary folder can be made in /tmp'
facts=$temp/facts
state=$temp/state
mkdir -p -- "$facts/known" "$temp/work" "$state" || stop "$temp cannot be written"
# Of this look alone: what fingerprints of secrets are keyed with is kept nowhere.
head -c 32 /dev/urandom | sha256sum | cut -c1-64 | tr -d '\n' >"$facts/fingerprint-key"

# --- Running -------------------------------------------------------------------------------------------------------

OS_ID='' OS_VERSION='' OS_FAMILY=other PKG=none INIT=none CONTAINER='' IS_ROOT=0

# run_script SECONDS WORK ANSWERS SCRIPT WORD...: in a group of its own, with an environment of its own, and gone with all it
# started when this returns; sets `status` and `took`. A check that says more than is taken is cut off.
run_script() {
  local seconds=$1 work=$2 answers=$3 begin end pid reader into
  shift 3
  now_ms begin
  exec {into}> >(exec head -c "$MOST_ANSWER" >"$answers")
  reader=$!
  # Whoever ends this ends that, be it before or after it has a group of its own.
  trap 'kill -KILL -- "-$!" "$!" "$reader" 2>/dev/null; exit 143' TERM
  timeout -s KILL "$seconds" /usr/bin/env -i HOME=/nonexistent ROOT="$root" FACTS="$facts" WORK="$work" IS_ROOT="$IS_ROOT" \
    OS_ID="$OS_ID" OS_VERSION="$OS_VERSION" OS_FAMILY="$OS_FAMILY" PKG="$PKG" INIT="$INIT" CONTAINER="$CONTAINER" \
    WITHIN="$seconds" /bin/bash "$here/native/prelude.sh" "$here/$1" "${@:2}" \
    3>&"$into" {into}>&- </dev/null >/dev/null 2>&1 &
  pid=$!
  exec {into}>&-
  wait "$pid"
  status=$?
  kill -KILL -- "-$pid" 2>/dev/null
  wait "$reader"
  now_ms end
  took=$((end - begin))
  [ "$took" -ge 0 ] || took=0
  late=0
  [ "$status" -ge 124 ] && [ "$took" -ge $((seconds * 1000 - 50)) ] && late=1
  return 0
}

# ended ANSWERS: whether it came to its end.
ended() { [ "$(tail -c 6 -- "$1" 2>/dev/null | tr '\0' '|')" = 'end|0|' ]; }

encoded() { base64 -w 0; }

# probe NAME SCRIPT
probe() {
  local status took late seconds=$PROBE_TIMEOUT_S outcome='done' closed=0
  [ "$1" = files ] && seconds=${setting[walkTimeoutS]}
  mkdir -p -- "$temp/work/$2"
  run_script "$seconds" "$temp/work/$2" "$state/$1.said" "probes/linux/$2.sh" look
  if ! ended "$state/$1.said"; then
    outcome=broke_off
    [ "$late" = 1 ] && outcome=timed_out
  fi
  [ "$2" = processes ] && [ -r "$facts/closed" ] && read -r closed <"$facts/closed"
  for name in "$1" ${3-}; do
    printf '{"kind":"probe","probe":"%s","outcome":"%s","closed":%s,"tookMs":%s}\n' "$name" "$outcome" "$closed" "$took" \
      >"$state/$name.line"
    : >"$state/$name.done"
  done
}

# applies WORDS: `package x|command y|linux`; one is enough.
applies() {
  local word folder
  local -a words
  IFS='|' read -ra words <<<"$1"
  for word in "${words[@]}"; do
    case $word in
    linux) return 0 ;;
    'command '*)
      for folder in /usr/sbin /usr/bin /sbin /bin; do
        [ -e "$root$folder/${word#command }" ] && return 0
      done
      ;;
    'package '*) awk -v name="${word#package }" '$1 == name { found = 1; exit } END { exit !found }' "$facts/packages/list" 2>/dev/null && return 0 ;;
    esac
  done
  return 1
}

# check ID SHA256 PATH SECONDS NEEDS_ROOT PROBES APPLIES
check() {
  local status=0 took=0 late=0 outcome=ran answers=$state/$1.answers
  : >"$answers"
  if ! applies "$7"; then
    outcome=not_applicable
  elif [ "$5" = yes ] && [ "$IS_ROOT" = 0 ]; then
    outcome=needs_root
  else
    mkdir -p -- "$temp/work/$1"
    run_script "$4" "$temp/work/$1" "$answers" "$3" detect
    [ "$late" = 1 ] && outcome=timed_out
  fi
  {
    printf '{"kind":"check","check":"%s","sha256":"%s","outcome":"%s","answers":"' "$1" "$2" "$outcome"
    encoded <"$answers"
    printf '","tookMs":%s}\n' "$took"
  } >"$state/$1.line"
  : >"$state/$1.done"
}

# --- Which system this is ------------------------------------------------------------------------------------------

started=$(date -u +%Y-%m-%dT%H:%M:%SZ)
id=$(head -c 16 /dev/urandom | sha256sum | cut -c1-32)
mkdir -p -- "$temp/work/system"
# In a process of its own as the others, so that a signal finds it the same way.
(
  run_script "$PROBE_TIMEOUT_S" "$temp/work/system" "$state/system.said" probes/linux/system.sh look
) &
wait "$!"
mapfile -d '' -t of <"$facts/system" 2>/dev/null
[ "${#of[@]}" = 13 ] || stop 'it could not be told which system this is'
OS_ID=${of[3]} OS_VERSION=${of[4]} OS_FAMILY=${of[5]} PKG=${of[6]} INIT=${of[7]} CONTAINER=${of[8]} IS_ROOT=${of[12]}
[ "$IS_ROOT" = 1 ] || echo 'Not as root: what only root can look at is told as not looked at.' >&2

# --- Probes at once, and each check when what it goes by is there, at most so many at a time -----------------------------

ids=()
declare -A row=() needs=() wanted=([processes]=1)
while IFS=$'\t' read -r check sha path seconds needs_root probes applies; do
  [ "$probes" = - ] && probes=''
  ids+=("$check")
  row[$check]=$check$'\t'$sha$'\t'$path$'\t'$seconds$'\t'$needs_root$'\t-\t'$applies
  needs[$check]=${probes//,/ }
  for name in ${needs[$check]}; do wanted[$name]=1; done
done <checks.tsv

printf 'Looking at %s: %s checks.\n' "$(uname -n)" "${#ids[@]}" >&2
for name in "${!wanted[@]}"; do
  case $name in
  sockets) continue ;;
  processes) probe processes processes sockets & ;;
  *) probe "$name" "$name" & ;;
  esac
done

ready() {
  local name
  for name in ${needs[$1]}; do [ -e "$state/$name.done" ] || return 1; done
}

waiting=("${ids[@]}")
open=()
has_facts=0
while [ ${#waiting[@]} -gt 0 ] || [ ${#open[@]} -gt 0 ]; do
  left=()
  for each in ${open[@]+"${open[@]}"}; do [ -e "$state/$each.done" ] || left+=("$each"); done
  open=(${left[@]+"${left[@]}"})
  left=()
  for each in ${waiting[@]+"${waiting[@]}"}; do
    if [ ${#open[@]} -lt "${setting[atOnce]}" ] && ready "$each"; then
      IFS=$'\t' read -ra words <<<"${row[$each]}"
      check "${words[@]}" &
      open+=("$each")
    else
      left+=("$each")
    fi
  done
  waiting=(${left[@]+"${left[@]}"})
  if [ "$has_facts" = 0 ] && [ -e "$state/processes.done" ]; then
    has_facts=1
    probe facts facts &
  fi
  [ ${#waiting[@]} -gt 0 ] || [ ${#open[@]} -gt 0 ] || break
  wait -n
  # No child is left: what has not said that it is done never will.
  if [ $? = 127 ]; then
    for each in ${open[@]+"${open[@]}"}; do [ -e "$state/$each.done" ] || stop "the check $each was ended from outside"; done
    if [ ${#waiting[@]} -gt 0 ]; then
      is_any=0
      for each in "${waiting[@]}"; do ready "$each" && is_any=1; done
      [ "$is_any" = 1 ] || stop 'what checks go by was ended from outside'
    fi
  fi
done
wait

# --- The result ----------------------------------------------------------------------------------------------------

field() { printf '"%s":"%s"' "$1" "$(printf %s "$2" | encoded)"; }

# fact NAME: what was said, or why nothing was.
fact() {
  local ok=true path=$facts/host/$1
  if [ ! -e "$path" ]; then
    ok=false
    path+=.error
    [ -e "$path" ] || return 0
  fi
  printf '{"kind":"fact","name":"%s","ok":%s,"said":"' "$1" "$ok"
  head -c "$MOST_RULES" -- "$path" | encoded
  printf '"}\n'
}

lines() {
  local name at
  printf '{"kind":"begin","format":"holdfast-host-result","version":1,"platform":"linux","madeWith":"%s","resultId":"%s","startedTime":"%s"}\n' \
    "${setting[madeWith]}" "$id" "$started"
  printf '{"kind":"system","hostId":"%s","isRoot":%s' "${of[1]}" "$([ "$IS_ROOT" = 1 ] && echo true || echo false)"
  at=0
  for name in hostname '' osName osId osVersion osFamily packages init container cloud kernel architecture; do
    [ -z "$name" ] || { printf ,; field "$name" "${of[at]}"; }
    at=$((at + 1))
  done
  printf '}\n'
  for name in "${!wanted[@]}"; do [ -e "$state/$name.line" ] && cat -- "$state/$name.line"; done
  for name in "${ids[@]}"; do cat -- "$state/$name.line"; done
  for name in addresses routes-4 rules-4 routes-6 rules-6 dns hosts listeners; do fact "$name"; done
  for name in nft iptables ip6tables ufw firewalld; do
    for each in "$name" "$name.error"; do
      [ -e "$facts/firewall/$each" ] || continue
      if [ "$(wc -c <"$facts/firewall/$each")" -gt "$MOST_RULES" ]; then
        printf '{"kind":"rules","name":"%s.error","said":"%s"}\n' "$name" "$(printf 'they are larger than 4 MiB' | encoded)"
      else
        printf '{"kind":"rules","name":"%s","said":"' "$each"
        encoded <"$facts/firewall/$each"
        printf '"}\n'
      fi
    done
  done
  [ -e "$facts/firewall/iptables-version" ] &&
    printf '{"kind":"rules","name":"iptables-version","said":"%s"}\n' "$(encoded <"$facts/firewall/iptables-version")"
  return 0
}

lines >"$temp/result" || stop "$temp cannot be written"
now_ms end
digest=$(sha256sum <"$temp/result")
printf '{"kind":"end","tookMs":%s,"sha256":"%s"}\n' "$((end - start))" "${digest%% *}" >>"$temp/result" ||
  stop "$temp cannot be written"
if [[ $result == *.gz ]]; then
  gzip -9n <"$temp/result" >"$result" || stop "$result cannot be written"
else
  cat -- "$temp/result" >"$result" || stop "$result cannot be written"
fi
done_with_it=1
[ "$(wc -c <"$result")" -le 16777216 ] || echo 'The result is larger than 16 MiB, which is more than is taken; make an archive of fewer checks.' >&2
printf 'The result is in %s\nShow it where Holdfast runs: holdfast host report --import FILE\n' "$result" >&2
