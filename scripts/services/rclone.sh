# rclone from Debian: the peer of the file benchmarks, and a WebDAV client. Sourced.

readonly RCLONE='1.60.1*'

debian_rclone() {
  dpkg-query -W -f '${Version}' rclone 2>/dev/null || true
}

install_rclone() {
  command -v apt-get >/dev/null 2>&1 || die 'apt-get is missing: this script sets up Debian and Ubuntu machines'
  case "$(debian_rclone)" in
    $RCLONE) say "rclone $(debian_rclone) is there" ;;
    *) apt_install "rclone=$RCLONE" || die "could not install rclone $RCLONE with apt-get" ;;
  esac
}

# What counts is what runs, not what an installer said.
check_rclone() {
  local found
  found=$(/usr/bin/rclone version 2>/dev/null | sed -n 1p)
  case "$found" in 'rclone v1.60.1'*) ;; *) die "expected rclone v1.60.1, found \"$found\"" ;; esac
  say "$found    /usr/bin/rclone"
}

install_rclone
check_rclone
