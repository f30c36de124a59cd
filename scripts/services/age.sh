# The stock age tools. Sourced.
#
#   age 1.1.1 from Debian    the age people already have: reads suite `classic`, refuses `pq`
#   age 1.3.1 from source    reads both suites; lies in .services/bin, away from the system

readonly DEBIAN_AGE='1.1.1*'
readonly AGE='v1.3.1'

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

age_version() { "$1" --version 2>/dev/null || true; }

install_new_age() {
  if [ "$(age_version "$services/bin/age")" = "$AGE" ]; then say "age $AGE is there"; return; fi
  local go
  go=$(usable_go)
  say "building age $AGE with $("$go" env GOVERSION)"
  retry env GOBIN="$services/bin" GOTOOLCHAIN=local GOFLAGS=-buildvcs=false CGO_ENABLED=0 \
    "$go" install "filippo.io/age/cmd/...@$AGE" || die "could not build age $AGE"
}

# What counts is what runs, not what an installer said.
check_age() {
  local old new
  old=$(age_version /usr/bin/age)
  new=$(age_version "$services/bin/age")
  case "$old" in 1.1.1*) ;; *) die "expected /usr/bin/age 1.1.1, found \"$old\"" ;; esac
  [ "$new" = "$AGE" ] || die "expected $services/bin/age $AGE, found \"$new\""
  "$services/bin/age-keygen" -pq >/dev/null 2>&1 || die "$services/bin/age-keygen cannot make a post-quantum identity"
  say "age $old    /usr/bin/age"
  say "age $new    $services/bin/age"
}

install_debian_age
install_new_age
check_age
