# Words that every part of services-install.sh speaks with. Sourced; expects $services.

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
  # Another installer may hold the lock for a while; waiting beats failing.
  retry as_root apt-get -qq -o DPkg::Lock::Timeout=300 update
  retry as_root env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=300 install -y -qq --no-install-recommends "$@" >/dev/null
}
