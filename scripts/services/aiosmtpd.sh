# The mail server of the tests: Debian's aiosmtpd, which the tests start themselves, one for each way to behave. Sourced.

readonly AIOSMTPD='1.4.3*'

debian_aiosmtpd() {
  dpkg-query -W -f '${Version}' python3-aiosmtpd 2>/dev/null || true
}

install_aiosmtpd() {
  case "$(debian_aiosmtpd)" in
    $AIOSMTPD) say "aiosmtpd $(debian_aiosmtpd) is there" ;;
    *) apt_install "python3-aiosmtpd=$AIOSMTPD" || die "could not install python3-aiosmtpd $AIOSMTPD with apt-get" ;;
  esac
}

# What counts is what runs, not what an installer said. Debian's own Python finds it, another one need not.
check_aiosmtpd() {
  local found
  found=$(/usr/bin/python3 -c 'import aiosmtpd; print(aiosmtpd.__version__)' 2>/dev/null || true)
  case "$found" in 1.4.3) ;; *) die "expected aiosmtpd 1.4.3 for /usr/bin/python3, found \"$found\"" ;; esac
  say "aiosmtpd $found    /usr/bin/python3 -m aiosmtpd"
}

install_aiosmtpd
check_aiosmtpd
