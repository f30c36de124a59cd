# pebble, the test server of ACME (RFC 8555) by Let's Encrypt, with the name server that goes with it. Sourced.
#
#   pebble, pebble-challtestsrv v2.10.3    in .services/bin; the tests start them themselves, each on free ports

readonly PEBBLE='v2.10.3'

pebble_version() { [ -x "$1" ] && "$(usable_go)" version -m "$1" 2>/dev/null | awk '$1 == "mod" { print $3 }'; }

install_pebble() {
  local tool go
  for tool in pebble pebble-challtestsrv; do
    if [ "$(pebble_version "$services/bin/$tool" || true)" = "$PEBBLE" ]; then say "$tool $PEBBLE is there"; continue; fi
    go=$(usable_go)
    say "building $tool $PEBBLE with $("$go" env GOVERSION)"
    retry env GOBIN="$services/bin" GOTOOLCHAIN=local GOFLAGS=-buildvcs=false CGO_ENABLED=0 \
      "$go" install "github.com/letsencrypt/pebble/v2/cmd/$tool@$PEBBLE" || die "could not build $tool $PEBBLE"
  done
}

# What counts is what runs, not what an installer said.
check_pebble() {
  local tool
  for tool in pebble pebble-challtestsrv; do
    [ "$(pebble_version "$services/bin/$tool" || true)" = "$PEBBLE" ] || die "expected $services/bin/$tool $PEBBLE"
  done
  say "pebble $PEBBLE    $services/bin/pebble"
}

install_pebble
check_pebble
